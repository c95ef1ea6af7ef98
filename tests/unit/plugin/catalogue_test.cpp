// The catalogue: which plugin is found where, and what a user reads when one cannot be had.
#include "basso/catalogue.hpp"

#include <basso/plugin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "basso/error.hpp"
#include "plugin/float_environment.hpp"

namespace basso {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Folders "a", "b", … with copies of the fixtures.
class CatalogueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "basso-catalogue-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path put(const std::string& fixture, const std::string& as) const {
    const fs::path target = root_ / as;
    fs::create_directories(target.parent_path());
    fs::copy_file(fs::path(PLUGIN_FIXTURES) / (fixture + ".so"), target);
    return target;
  }
  Catalogue catalogue(const std::vector<std::string>& folders) const {
    std::vector<fs::path> paths;
    for (const std::string& folder : folders) paths.push_back(root_ / folder);
    return Catalogue(paths);
  }
  // The message with which the only broken probe is refused.
  std::string refusal(const std::string& fixture, const std::string& kind = "probe") const {
    put(fixture, fixture + "/" + fixture + ".so");
    return message([&] { catalogue({fixture}).require(kind, "broken"); });
  }
  static std::string message(const std::function<void()>& action, Exit code = Exit::plugin) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }
  fs::path root_;
};

TEST_F(CatalogueTest, LoadsAComponentByKindAndId) {
  put("good", "a/good.so");
  put("good_cpp", "a/good_cpp.so");
  const Catalogue catalogue = this->catalogue({"a"});
  const Component activation = catalogue.require("activation", "identity");
  EXPECT_EQ(activation.kind(), "activation");
  EXPECT_STREQ(activation.table().version, "1.0.0");
  EXPECT_EQ(activation.library(), root_ / "a/good.so");
  EXPECT_EQ(activation.library_hash().size(), 32U);
  EXPECT_EQ(activation.extension("fourier/1"), nullptr);
  const auto& functions = *static_cast<const basso_activation_v1*>(activation.table().functions);
  const double numbers[BASSO_MAX_NUMBERS] = {2.0};
  double x[] = {1.5, -3};
  functions.value_f64(numbers, x, x, 2);
  EXPECT_EQ(x[1], -6.0);
  EXPECT_STREQ(catalogue.require("target", "identity").table().version, "2.1.0");
  EXPECT_EQ(catalogue.require("probe", "counter").id(), "counter");
}

TEST_F(CatalogueTest, AComponentKeepsItsLibraryMapped) {
  put("good", "a/good.so");
  std::optional<Component> component;
  {
    const Catalogue catalogue = this->catalogue({"a"});
    component = catalogue.require("activation", "identity");
  }
  EXPECT_STREQ(component->table().summary, "a x");
}

TEST_F(CatalogueTest, ListsWithoutLoadingAndAnEarlierFolderWins) {
  put("good", "a/z.so");
  put("good", "b/good.so");
  put("unresolved", "b/unresolved.so");
  std::ofstream(root_ / "b/text.so") << "no library";
  const Catalogue catalogue = this->catalogue({"a", "b"});
  const std::vector<Listing> listings = catalogue.list();
  ASSERT_EQ(listings.size(), 6U);
  EXPECT_EQ(listings[0].kind + "/" + listings[0].revision + " " + listings[0].id, "activation/1 identity");
  EXPECT_FALSE(listings[0].shadowed);
  EXPECT_EQ(listings[0].folder, root_ / "a");
  EXPECT_TRUE(listings[2].shadowed);
  EXPECT_TRUE(listings[3].shadowed);
  EXPECT_EQ(listings[4].kind, "");
  EXPECT_THAT(listings[4].refused, HasSubstr("no ELF file"));
  EXPECT_EQ(listings[5].id, "broken");
  EXPECT_EQ(listings[5].refused, "");  // its missing symbol shows only when it is loaded
  EXPECT_EQ(catalogue.require("activation", "identity").library(), root_ / "a/z.so");
}

TEST_F(CatalogueTest, TwoOfOneIdInOneFolderAreRefusedWhenWanted) {
  put("good", "a/one.so");
  put("good", "a/two.so");
  put("good_cpp", "a/good_cpp.so");
  const Catalogue catalogue = this->catalogue({"a"});
  EXPECT_THAT(message([&] { catalogue.require("target", "identity"); }),
              AllOf(HasSubstr("2 libraries in"), HasSubstr("one.so, two.so")));
  EXPECT_EQ(catalogue.require("probe", "counter").id(), "counter");
  EXPECT_THAT(catalogue.list()[1].refused, HasSubstr("remove all but one"));
}

TEST_F(CatalogueTest, ALinkToALibraryIsNoSecondLibrary) {
  put("good", "a/good-1.so");
  fs::create_symlink("good-1.so", root_ / "a/good.so");
  EXPECT_EQ(catalogue({"a"}).require("target", "identity").id(), "identity");
}

TEST_F(CatalogueTest, AMissingPluginListsWhereItWasLookedForAndTheNearestId) {
  put("good", "a/good.so");
  const std::string text = message([&] { catalogue({"a", "absent"}).require("activation", "identiy"); });
  EXPECT_THAT(text, AllOf(HasSubstr("no plugin activation/identiy"), HasSubstr((root_ / "a").string()),
                          HasSubstr("absent (no such folder)"), HasSubstr("--plugin-dir FOLDER"),
                          HasSubstr("did you mean 'identity'")));
}

TEST_F(CatalogueTest, EachBrokenLibraryIsRefusedWithItsOwnReason) {
  EXPECT_THAT(refusal("magic"), HasSubstr("magic BASSOABI"));
  EXPECT_THAT(refusal("major"), AllOf(HasSubstr("ABI 9.4"), HasSubstr("this host has ABI 1.0")));
  EXPECT_THAT(refusal("no_entry"), HasSubstr("exports no symbol basso_plugin_entry"));
  EXPECT_THAT(refusal("null"), HasSubstr("returned NULL"));
  EXPECT_THAT(refusal("unresolved"), AllOf(HasSubstr("undefined symbol: function_that_no_library_has"),
                                           Not(HasSubstr("boost")), Not(HasSubstr("Bad file descriptor"))));
  EXPECT_THAT(refusal("empty_slot"), HasSubstr("empty slot"));
  EXPECT_THAT(refusal("parameter"), AllOf(HasSubstr("'rate'"), HasSubstr("(0,inf)")));
  EXPECT_THAT(refusal("service"), HasSubstr("needs the service oracle/3"));
  EXPECT_THAT(refusal("kind", "oracle"), HasSubstr("knows no kind oracle/1 (it knows activation/1"));
  put("note", "note/note.so");
  EXPECT_THAT(message([&] { catalogue({"note"}).require("probe", "other"); }),
              HasSubstr("its notes name probe/1 other but its component table probe/1 broken"));
}

TEST_F(CatalogueTest, ANewerMinorVersionIsTakenUnlessItNeedsWhatThisHostLacks) {
  put("minor", "minor/minor.so");
  EXPECT_EQ(catalogue({"minor"}).require("probe", "broken").id(), "broken");
  EXPECT_EQ(catalogue({"minor"}).list().at(0).abi, "1.77");
  EXPECT_THAT(refusal("minor_service"),
              AllOf(HasSubstr("needs the service oracle/3"), HasSubstr("built for ABI 1.77"),
                    HasSubstr("this host has ABI 1.0")));
}

TEST_F(CatalogueTest, ARefusedPluginIsNotReplacedByAShadowedOne) {
  put("major", "a/major.so");
  put("empty_slot", "b/other.so");
  EXPECT_THAT(message([&] {
                catalogue({"a", "b"}).require("probe", "broken");
              }),
              AllOf(HasSubstr("ABI 9.4"), HasSubstr("shadowed by an earlier folder")));
}

TEST_F(CatalogueTest, AFastMathLibraryIsRefusedAndLeavesNoTrace) {
  const plugin::FloatEnvironment environment;
  put("fast_math", "a/fast.so");
  EXPECT_THAT(message([&] { catalogue({"a"}).require("activation", "identity"); }), HasSubstr("-ffast-math"));
  EXPECT_EQ(environment.restored(), "");
  volatile double small = 1e-310;
  EXPECT_GT(small / 2, 0.0);
}

TEST_F(CatalogueTest, AWorldWritableLibraryIsRefused) {
  const fs::path library = put("good", "a/good.so");
  ASSERT_EQ(chmod(library.c_str(), 0666), 0);
  EXPECT_THAT(message([&] { catalogue({"a"}).require("activation", "identity"); }), HasSubstr("chmod o-w"));
}

TEST_F(CatalogueTest, ResolvesKindAndIdABareIdOrAPath) {
  put("good", "a/good.so");
  const fs::path path = put("good_cpp", "elsewhere/counter.so");
  const Catalogue catalogue = this->catalogue({"a"});
  EXPECT_EQ(catalogue.resolve("target/identity").kind(), "target");
  EXPECT_EQ(catalogue.resolve(path.string()).id(), "counter");
  EXPECT_THAT(message([&] { catalogue.resolve("identity"); }, Exit::usage),
              AllOf(HasSubstr("activation/identity"), HasSubstr("target/identity")));
  EXPECT_THAT(message([&] { catalogue.resolve((root_ / "a/good.so").string()); }, Exit::usage),
              HasSubstr("2 components"));
  EXPECT_THAT(message([&] { catalogue.resolve("counte"); }), HasSubstr("no plugin 'counte'"));
  EXPECT_THAT(message([&] { catalogue.resolve("./missing.so"); }), HasSubstr("no such file"));
}

TEST_F(CatalogueTest, AnEntryOfTheProgramWinsOverEveryFolder) {
  put("good_cpp", "a/good.so");
  Catalogue catalogue = this->catalogue({"a"});
  static const basso_probe_v1 functions = {[](const basso_host*, const basso_value* const*,
                                              const basso_scene*, void**, basso_error*) { return 0; },
                                           [](void*) {},
                                           [](void*, const basso_observation*, basso_error*) { return 0; }};
  static const basso_component component = {sizeof(basso_component),
                                            0,
                                            sizeof(basso_parameter),
                                            0,
                                            "probe/1",
                                            "counter",
                                            "7.0.0",
                                            "own",
                                            "none",
                                            "",
                                            nullptr,
                                            nullptr,
                                            &functions};
  static const basso_component* const components[] = {&component};
  basso_entry entry = {{'B', 'A', 'S', 'S', 'O', 'A', 'B', 'I'},
                       sizeof(basso_entry),
                       BASSO_ABI_MAJOR,
                       BASSO_ABI_MINOR,
                       1,
                       components};
  catalogue.add(entry);
  EXPECT_STREQ(catalogue.require("probe", "counter").table().version, "7.0.0");
  EXPECT_TRUE(catalogue.list()[0].library.empty());
  EXPECT_TRUE(catalogue.list()[1].shadowed);
  EXPECT_THAT(message([&] { catalogue.add(entry); }), HasSubstr("twice"));
  entry.abi_major = 3;
  EXPECT_THAT(message([&] { catalogue.add(entry); }), HasSubstr("ABI 3.0"));
}

TEST_F(CatalogueTest, ManyThreadsMayAskAtOnce) {
  put("good", "a/good.so");
  const Catalogue catalogue = this->catalogue({"a"});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(catalogue.require("activation", "identity").id(), "identity");
    });
}

TEST(SearchPath, HasGivenFoldersFirstThenTheEnvironmentsThenTheRest) {
  setenv("BASSO_PLUGIN_PATH", "/one::/two/", 1);
  setenv("XDG_DATA_HOME", "/user", 1);
  const std::vector<fs::path> path = plugin_search_path({"/given", "/one"});
  unsetenv("BASSO_PLUGIN_PATH");
  unsetenv("XDG_DATA_HOME");
  ASSERT_GE(path.size(), 6U);
  EXPECT_EQ(path[0], "/given");
  EXPECT_EQ(path[1], "/one");
  EXPECT_EQ(path[2], "/two");
  EXPECT_EQ(path[3], "/user/basso/plugins");
  EXPECT_EQ(path[4].filename(), "plugins");
}

}  // namespace
}  // namespace basso
