// The families put together into one order, and their description for the outside.
#include <algorithm>
#include <set>
#include <stdexcept>

#include "basso/plugin_check.hpp"
#include "check/check.hpp"

namespace basso {
namespace check {
namespace {

using Family = const std::vector<Check>& (*)();
// What compares one behaviour with another (parameters, abi) comes after what makes behaviour comparable.
constexpr Family families[] = {
    library_checks,        target_checks,         target_chunk_checks, target_set_checks, probe_checks,
    probe_relation_checks, probe_spectrum_checks, probe_memory_checks, parameter_checks,  abi_checks,
    lifecycle_checks,      activation_checks};

// Puts `check` behind everything that it needs.
class Sequence {
 public:
  Sequence() {
    for (const Family family : families)
      for (const Check& check : family()) place(check);
  }
  std::vector<const Check*> placed;

 private:
  void place(const Check& check) {
    if (std::find(placed.begin(), placed.end(), &check) != placed.end()) return;
    if (!open_.insert(&check).second)
      throw std::logic_error(std::string("the check ") + check.id + " needs itself");
    for (const char* need : check.needs) place(named(need));
    placed.push_back(&check);
  }

  static const Check& named(const std::string& id) {
    for (const Family family : families)
      for (const Check& check : family())
        if (id == check.id) return check;
    throw std::logic_error("no family has the check " + id);
  }

  std::set<const Check*> open_;
};

}  // namespace

const std::vector<const Check*>& all_checks() {
  static const Sequence order;
  return order.placed;
}

const Check* find_check(const std::string& id) {
  for (const Check* check : all_checks())
    if (id == check->id) return check;
  for (const Family parts : {target_parts, parameter_parts})
    for (const Check& part : parts())
      if (id == part.id) return &part;
  return nullptr;
}

}  // namespace check

std::vector<CheckDescription> plugin_checks() {
  std::vector<CheckDescription> descriptions;
  for (const check::Check* check : check::all_checks())
    descriptions.push_back({check->id,
                            check->explanation,
                            {check->needs.begin(), check->needs.end()},
                            {check->kinds.begin(), check->kinds.end()},
                            check->scope == check::Scope::library});
  return descriptions;
}

const char* name_of(CheckOutcome outcome) {
  constexpr const char* names[] = {"passed", "failed", "not run", "not applicable"};
  return names[static_cast<int>(outcome)];
}

std::size_t PluginCheckReport::checked() const {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [](const CheckResult& result) {
        return result.outcome == CheckOutcome::passed || result.outcome == CheckOutcome::failed;
      }));
}

bool PluginCheckReport::passed() const {
  return std::all_of(results.begin(), results.end(), [](const CheckResult& result) {
    return result.outcome == CheckOutcome::passed || result.outcome == CheckOutcome::not_applicable;
  });
}

}  // namespace basso
