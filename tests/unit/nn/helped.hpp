// A team with threads that help it.
#pragma once

#include <thread>
#include <vector>

#include "nn/team.hpp"

namespace basso::nn::testing {

// With so many threads inside help(), which end with it.
class Helped {
 public:
  explicit Helped(int helpers) {
    for (int i = 0; i < helpers; ++i) threads_.emplace_back([this] { team.help(); });
  }
  ~Helped() { team.close(); }
  // Once the first of them has come, where there are any.
  Team& helped() {
    while (!threads_.empty() && !team.helped()) std::this_thread::yield();
    return team;
  }
  Team team;

 private:
  std::vector<std::jthread> threads_;  // joined before the team goes
};

}  // namespace basso::nn::testing
