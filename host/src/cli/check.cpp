// basso check: the claims of a run directory, evaluated again from its series.
#include <fmt/format.h>

#include <cstdio>

#include "basso/error.hpp"
#include "cli/crash.hpp"
#include "cli/verbs.hpp"
#include "cli/verdicts.hpp"

namespace basso::cli {

int check(const CheckArguments& arguments) {
  note_silent_end(arguments.directory, true);
  const std::vector<Verdict> verdicts = check_run(arguments.directory, arguments.claims);
  if (arguments.json) {
    fmt::print("{}\n", verdict_json(verdicts));
  } else if (verdicts.empty()) {
    fmt::print(stderr, "basso: {} makes no claims\n", arguments.directory.string());
  } else {
    fmt::print("{}", verdict_table(verdicts));
  }
  return static_cast<int>(all_hold(verdicts) ? Exit::ok : Exit::claim_failed);
}

}  // namespace basso::cli
