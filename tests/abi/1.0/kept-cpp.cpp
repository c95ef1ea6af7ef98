// The plugins of kept-c.c in C++, with the same numbers: an activation, a target and a probe through the
// classes of the C++ layer, kept as the binary kept-cpp.so for ever.
#define BASSO_DISPATCH 0
#include <basso/plugin.hpp>

#include <cstring>

namespace {

// ---- activation: a x / (1 + |x|) ----

const basso_parameter quotient_parameters[] = {
    BASSO_PARAMETER("a", "real", "1.5", "(0,10]", "", "Scale."),
    BASSO_PARAMETER("first", "real", "1.0", "(0,inf)", "", "Changed in the first layer.")};

struct Quotient {
  template <class T>
  static T value(T x, const T* p) {
    return p[0] * x / (1 + basso::abs(x));
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    return p[0] / ((1 + basso::abs(x)) * (1 + basso::abs(x)));
  }
  static void facts(basso_facts& facts) {
    basso::state_parity(facts, -1);
    basso::state_kinks(facts, {});
  }
  static void numbers(const basso_layer& layer, double* p) { p[1] = layer.index == 0 ? 7.0 : 1.0; }
  static basso_init init(const double*, const basso_layer& layer) {
    return basso::law(BASSO_LAW_UNIFORM, 1.0 / layer.inputs, BASSO_LAW_NORMAL, 0.25);
  }
};

// ---- target: random values over a grid, with the latent x^2 ----

const basso_parameter noise_parameters[] = {
    BASSO_PARAMETER("rows", "integer", "8", "[1,inf)", "", "Rows."),
    BASSO_PARAMETER("steps", "reals", "[0.125, 2]", "(0,inf)", "",
                    "The grid's step, and a number that is not used."),
    BASSO_PARAMETER("edge", "choice", "\"soft\"", "hard|soft", "", "Checked at creation.")};

class Noise {
 public:
  Noise(basso::target_setup& setup, const basso::values& values) : setup_(setup) {
    if (values.choice("edge") != 1) throw basso::failure(BASSO_ERROR_PARAMETER, "choices have moved");
    basso::point_set train("train", "train", static_cast<std::uint64_t>(values.integer("rows")));
    train.latent_dim = 1;
    train.latent_names = {"square"};
    train.provenance = "the archive";
    train.axes = {basso::axis::steps("x", "units", train.rows, 0.0, values.list("steps")[0])};
    setup.add(train);
  }
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    const double x = static_cast<double>(row) * 0.125;
    point.inputs[0] = x;
    point.outputs[0] = basso::uniform(setup_.host(), 3, row, 1)[0];
    point.latents[0] = x * x;
  }
  std::vector<basso::line> lines(std::uint32_t) const { return {{2.0, {0.5, -0.25}}}; }

 private:
  basso::target_setup& setup_;
};

// ---- probe: a scalar product, a spectrum and a count that is remembered ----

class Moments {
 public:
  Moments(basso::probe_setup& setup, const basso::values&)
      : host_(setup.host()),
        outputs_(setup.need("outputs", "train")),
        latents_(setup.need("latents", "train")),
        rows_(setup.info(0).rows),
        product_(setup.each("product", "", "sum of y z")),
        power_(setup.once("power", "", "|F|^2", {basso::axis::steps("bin", "", rows_ / 2 + 1, 0.0, 0.0)})),
        count_(setup.each("count", "", "observations so far")) {}

  void prepare() { plan_.emplace_back(host_, rows_); }

  void observe(const basso::observation& look) {
    const double *y = look[outputs_].data, *z = look[latents_].data;
    double product = 0.0;
    for (std::uint64_t i = 0; i < rows_; ++i) product += y[i] * z[i];
    look.emit(product_, product);
    look.emit(count_, static_cast<double>(++seen_));
    if (!look.first()) return;
    std::vector<double> power;
    for (const auto& f : plan_.front().forward({y, static_cast<std::size_t>(rows_)}))
      power.push_back(f.real() * f.real() + f.imag() * f.imag());
    look.emit(power_, power);
  }

  std::vector<std::uint8_t> save() const {
    std::vector<std::uint8_t> bytes(sizeof(seen_));
    std::memcpy(bytes.data(), &seen_, sizeof(seen_));
    return bytes;
  }
  void load(basso::view<const std::uint8_t> bytes) {
    if (bytes.size != sizeof(seen_)) throw basso::failure(BASSO_ERROR_DATA, "no state of this probe");
    std::memcpy(&seen_, bytes.data, sizeof(seen_));
  }

 private:
  const basso_host* host_;
  basso::need outputs_, latents_;
  std::uint64_t rows_;
  basso::series product_, power_, count_;
  std::vector<basso::fourier_plan> plan_;
  std::uint64_t seen_ = 0;
};

}  // namespace

BASSO_ACTIVATION_CLASS(quotient, Quotient, "kept-cpp", "1.0.0", "a x / (1 + |x|)", "the ABI's archive",
                       BASSO_TABLE(quotient_parameters))
BASSO_TARGET_CLASS(noise, Noise, "kept-cpp", "1.0.0", "random values over a grid", "the ABI's archive",
                   "random/1", BASSO_TABLE(noise_parameters))
BASSO_PROBE_CLASS(moments, Moments, "kept-cpp", "1.0.0", "moments of the target", "the ABI's archive",
                  "fft/1", BASSO_NONE)
BASSO_LIBRARY(&quotient, &noise, &moments)
