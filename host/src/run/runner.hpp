// What running, planning and looking at a run again have in common.
#pragma once

#include <memory>

#include "basso/run.hpp"
#include "run/layout.hpp"
#include "run/settings.hpp"
#include "services/shared.hpp"

namespace basso {

// options.threads, or as many as this process may use.
int threads_to_use(const RunOptions& options);
std::unique_ptr<services::Shared> make_shared_services(const ExperimentData& experiment,
                                                       const RunOptions& options);

// Jobs that go on side by side are in memory together. Throws Error(Exit::usage) where that is too small.
void check_memory(const Layout& layout, std::int64_t jobs, int threads);

}  // namespace basso
