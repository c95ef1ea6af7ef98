// See targets.hpp.
#include "bench/targets.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "services/target.hpp"

namespace basso::bench {
namespace {

constexpr std::uint64_t most_rows = 4096;  // filled at once

// Fills one set over and over, some rows at a time.
class Filler {
 public:
  Filler(const services::Target& target, std::size_t set)
      : target_(target),
        set_(set),
        info_(target.sets()[set]),
        rows_(std::min(most_rows, info_.rows)),
        inputs_(rows_ * info_.input_dim),
        outputs_(rows_ * info_.output_dim),
        latents_(rows_ * info_.latent_dim) {}

  std::uint64_t rows() const { return rows_; }  // of one piece of work
  void repeat(std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) {
      if (first_ + rows_ > info_.rows) first_ = 0;
      target_.fill_rows(set_, first_, rows_, inputs_.data(), outputs_.data(),
                        info_.latent_dim > 0 ? latents_.data() : nullptr);
      first_ += rows_;
    }
  }

 private:
  const services::Target& target_;
  std::size_t set_;
  const services::SetInfo& info_;
  std::uint64_t rows_, first_ = 0;
  std::vector<double> inputs_, outputs_, latents_;
};

std::vector<std::string> set_names(const std::vector<std::unique_ptr<services::Target>>& targets) {
  std::vector<std::string> names;
  for (const auto& target : targets)
    for (const services::SetInfo& info : target->sets())
      if (std::find(names.begin(), names.end(), info.name) == names.end()) names.push_back(info.name);
  return names;
}

}  // namespace

std::vector<SetRow> measure_targets(const std::vector<Contender>& contenders, const Setting& setting,
                                    const TimingOptions& options) {
  services::Shared shared;
  shared.data_dirs = setting.data_folders;
  std::vector<std::unique_ptr<services::Target>> targets;
  for (const Contender& contender : contenders)
    targets.push_back(std::make_unique<services::Target>(contender.component,
                                                         values_of(contender.component, setting), shared, 0));
  std::vector<SetRow> rows;
  for (const std::string& name : set_names(targets)) {
    std::vector<std::unique_ptr<Filler>> fillers;
    std::vector<Task> tasks;
    std::vector<SetRow> of_set;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const std::size_t set = targets[i]->find(name);
      if (set == services::Target::npos) continue;
      const services::SetInfo& info = targets[i]->sets()[set];
      fillers.push_back(std::make_unique<Filler>(*targets[i], set));
      tasks.push_back({contenders[i].label,
                       [filler = fillers.back().get()](std::uint64_t times) { filler->repeat(times); }});
      of_set.push_back({i, name, info.rows, std::uint64_t{info.input_dim} + info.output_dim + info.latent_dim,
                        0, std::numeric_limits<double>::quiet_NaN()});
    }
    const std::vector<Timing> timings = time_in_turn(tasks, options);
    for (std::size_t i = 0; i < of_set.size(); ++i) {
      of_set[i].rows_per_s = 1e9 * static_cast<double>(fillers[i]->rows()) / timings[i].median;
      if (of_set.front().contender == 0) of_set[i].ratio = of_set.front().rows_per_s / of_set[i].rows_per_s;
    }
    rows.insert(rows.end(), of_set.begin(), of_set.end());
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const SetRow& a, const SetRow& b) { return a.contender < b.contender; });
  return rows;
}

}  // namespace basso::bench
