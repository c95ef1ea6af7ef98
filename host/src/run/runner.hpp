// What running and planning have in common.
#pragma once

#include <memory>

#include "basso/run.hpp"
#include "run/settings.hpp"
#include "services/shared.hpp"

namespace basso {

// options.threads, or as many as this process may use.
int threads_to_use(const RunOptions& options);
std::unique_ptr<services::Shared> make_shared_services(const ExperimentData& experiment,
                                                       const RunOptions& options);

}  // namespace basso
