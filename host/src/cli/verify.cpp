// basso verify: whether a run directory still is what its run left.
#include "basso/verify.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

std::string as_json(const Verification& verification) {
  nlohmann::ordered_json json{{"state", verification.state},
                              {"files", verification.files},
                              {"findings", nlohmann::ordered_json::array()},
                              {"notes", verification.notes}};
  for (const auto& [file, what] : verification.findings)
    json["findings"].push_back({{"file", file}, {"what", what}});
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

int verify(const VerifyArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Verification verification =
      verify_run(arguments.directory, catalogue, {arguments.record, arguments.search.data_dirs});
  const auto count = static_cast<std::int64_t>(verification.findings.size());
  if (arguments.json) {
    fmt::print("{}\n", as_json(verification));
  } else {
    for (const auto& [file, what] : verification.findings) fmt::print("{}: {}\n", file, what);
    for (const std::string& note : verification.notes) fmt::print(stderr, "basso: note: {}\n", note);
    fmt::print(
        "{}: {}, {} compared, {}\n", arguments.directory.string(), verification.state,
        plural(verification.files, "file"),
        count == 0 ? coloured("sound", Colour::green) : coloured(plural(count, "finding"), Colour::red));
  }
  return static_cast<int>(count == 0 ? Exit::ok : Exit::data);
}

}  // namespace basso::cli
