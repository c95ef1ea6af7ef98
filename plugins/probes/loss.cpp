// Probe `loss`: the training loss on named sets of the target.
#include <basso/probe.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "sets", "string", "\"train\"", "", "",
        "Names of the target's sets, separated by blanks: \"train test\". There is one series for each, of "
        "the same name."),
};

class Loss {
 public:
  Loss(basso::probe_setup& setup, const basso::values& values) {
    std::istringstream names(values.text("sets"));
    for (std::string name; names >> name;) {
      setup.set(name);
      losses_.push_back({setup.need("loss", name),
                         setup.each(name, "",
                                    std::string("loss (") + setup.scene().loss + ") on all of the set '" +
                                        name + "', as the training defines it")});
    }
    if (losses_.empty()) throw basso::failure(BASSO_ERROR_PARAMETER, "sets: names no set; name at least one");
  }

  void observe(const basso::observation& look) const {
    for (const Entry& entry : losses_) look.emit(entry.series, look.value(entry.need));
  }

 private:
  struct Entry {
    basso::need need;
    basso::series series;
  };
  std::vector<Entry> losses_;
};

}  // namespace

BASSO_PROBE_CLASS(loss, Loss, "loss", "1.0.0", "The training loss on named sets",
                  "every figure of loss curves, such as Fig 10 of Rahaman et al. 2019", "",
                  BASSO_TABLE(parameters))
BASSO_LIBRARY(&loss)
