// The linear regions of a piecewise-linear network on one or two inputs and the Fourier transform over them,
// f~(k) = integral of f(x) exp(-i k x) dx, k in radians per unit of x.
//   R: Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Lemmas 1 to 3, Theorem 1, Eq 33 (Diaz et
//   al. 2016).
//
// With g = exp(-i k x), whose Laplacian is -|k|^2 g, Green's second identity on each region P, where f is
// affine with the gradient W_P, gives
//   f~(k) = |k|^-2 sum_P sum_{faces e of P} [ (W_P n_e) I_e + i (k n_e) J_e ],
//   I_e = integral over e of exp(-i k x), J_e = integral over e of f exp(-i k x),
// n_e pointing out of P. A face of an interval is a point, of a polygon an edge. (R Lemma 1 with Eq 33 for
// the indicators, i.e. -i sum_P W_P k / |k|^2 1~_P(k), is the same number: R Eqs 4, 26 and 31 have the other
// sign.) Where f is continuous J cancels between neighbours, so that it is left on the window's boundary
// only, and over the whole space (as a tempered distribution, k != 0) not at all: on the line -k^-2 sum_j
// (change of slope at x_j) exp(-i k x_j).
#pragma once

#include <complex>
#include <limits>

#include "piecewise.hpp"

namespace {

using Complex = std::complex<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Point {
  double x = 0.0, y = 0.0;  // y = 0 on the line
};
inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(double s, Point a) { return {s * a.x, s * a.y}; }
inline double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

// x -> value + gradient (x - at).
struct Affine {
  Point at, gradient;
  double value = 0.0;
  double operator()(Point x) const { return value + dot(gradient, x - at); }
};

struct Region {
  Affine f;
  double measure = 0.0;  // length or area; infinite where unbounded
  Point centre;          // centroid, where bounded
  Point samples[3];      // inside, not on one line (on the line: the first two, different ones)
};

struct Face {
  std::size_t region = 0;
  Point start, along, normal;  // along: unit tangent, 0 for a point; normal: out of the region
  double length = 0.0;         // infinite for a ray
  bool outer = false;          // on the window's boundary, or where the plane was cut to begin with
  bool is_point() const { return along.x == 0.0 && along.y == 0.0; }
};

struct Regions {
  std::vector<Region> regions;
  std::vector<Face> faces;

  void append(Regions&& more) {
    for (Face& face : more.faces) face.region += regions.size();
    regions.insert(regions.end(), more.regions.begin(), more.regions.end());
    faces.insert(faces.end(), more.faces.begin(), more.faces.end());
  }
};

// The whole space, or a window: [low, high] in each input.
struct Domain {
  bool whole = false;
  Point low, high;
};

inline void refuse_too_many(std::size_t regions, std::size_t most) {
  if (regions > most)
    throw basso::failure(BASSO_ERROR_MEMORY, "the network has more than " + std::to_string(most) +
                                                 " linear regions here; raise most_regions, or take a "
                                                 "smaller network or window");
}

// On which faces J is counted.
enum class Values { nowhere, outer, everywhere };

// exp(-i k x) on a grid of frequencies is a product of one factor for each axis.
struct Factors {
  Factors(const Reals& k, double x) : real(k.size()), imaginary(k.size()) {
    for (std::size_t i = 0; i < k.size(); ++i)
      real[i] = std::cos(k[i] * x), imaginary[i] = -std::sin(k[i] * x);
  }
  Reals real, imaginary;
};

// The sum of the formula above over faces that are added, on a grid of k, without the factor |k|^-2.
class FaceSums {
 public:
  // k = (x[i], y[j]) in radians; on the line y is {0}.
  FaceSums(const Reals& x, const Reals& y)
      : x_(x), y_(y), real_(x.size() * y.size(), 0.0), imaginary_(real_) {}

  void add(const Face& face, const Affine& f, Values values) {
    const bool jumps = values == Values::everywhere || (values == Values::outer && face.outer);
    const double slope = dot(f.gradient, face.normal);
    const bool zero = f.value == 0.0 && f.gradient.x == 0.0 && f.gradient.y == 0.0;
    if (jumps ? zero : slope == 0.0) return;
    const bool finite = face.length < infinity;
    const double half = finite ? 0.5 * face.length : 0.0;
    const Point middle = face.start + half * face.along;
    const Phases phases{{x_, middle.x}, {y_, middle.y}, {x_, half * face.along.x}, {y_, half * face.along.y}};
    if (face.is_point() || !finite || jumps)
      add_general(face, f, phases, jumps);
    else
      add_edge(face, slope * face.length, half, phases);
  }

  void add(const FaceSums& other) {
    for (std::size_t i = 0; i < real_.size(); ++i)
      real_[i] += other.real_[i], imaginary_[i] += other.imaginary_[i];
  }

  // f~ at each k, x running fastest; at k = 0 `at_zero`.
  std::vector<Complex> transform(Complex at_zero) const {
    std::vector<Complex> result;
    for (std::size_t i = 0; i < real_.size(); ++i) {
      const double kx = x_[i % x_.size()], ky = y_[i / x_.size()], square = kx * kx + ky * ky;
      result.push_back(square > 0.0 ? Complex(real_[i] / square, imaginary_[i] / square) : at_zero);
    }
    return result;
  }

 private:
  // Of k (face's middle; a point's or ray's start), and of u = k along length/2.
  struct Phases {
    Factors x, y, half_x, half_y;
    Complex at(std::size_t i, std::size_t j) const { return product(x, i, y, j); }
    Complex half(std::size_t i, std::size_t j) const { return product(half_x, i, half_y, j); }

   private:
    static Complex product(const Factors& a, std::size_t i, const Factors& b, std::size_t j) {
      return {a.real[i] * b.real[j] - a.imaginary[i] * b.imaginary[j],
              a.real[i] * b.imaginary[j] + a.imaginary[i] * b.real[j]};
    }
  };

  static double sinc(double u, double sine) {
    const double square = u * u;
    const bool small = square < 1e-4;
    const double series = 1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0));
    return small ? series : sine / (small ? 1.0 : u);
  }

  // (sin u - u cos u)/u^2, the spherical Bessel function j_1.
  static double bessel_1(double u, double sine, double cosine) {
    const double square = u * u;
    if (square < 0.01) return u / 3.0 * (1.0 - square / 10.0 * (1.0 - square / 28.0 * (1.0 - square / 54.0)));
    return (sine - u * cosine) / square;
  }

  // I = exp(-i k middle) length sinc(u): the most frequent case, in a loop that vectorises.
  void add_edge(const Face& face, double weight, double half, const Phases& p) {
    for (std::size_t j = 0; j < y_.size(); ++j) {
      double* real = &real_[j * x_.size()];
      double* imaginary = &imaginary_[j * x_.size()];
      const double yr = p.y.real[j], yi = p.y.imaginary[j];
      const double hr = p.half_y.real[j], hi = p.half_y.imaginary[j], along = y_[j] * face.along.y;
      for (std::size_t i = 0; i < x_.size(); ++i) {
        const double sine = -(p.half_x.real[i] * hi + p.half_x.imaginary[i] * hr);
        const double size = weight * sinc(half * (x_[i] * face.along.x + along), sine);
        real[i] += size * (p.x.real[i] * yr - p.x.imaginary[i] * yi);
        imaginary[i] += size * (p.x.real[i] * yi + p.x.imaginary[i] * yr);
      }
    }
  }

  void add_general(const Face& face, const Affine& f, const Phases& phases, bool jumps) {
    const double slope = dot(f.gradient, face.normal), along = dot(f.gradient, face.along);
    const double value = f(face.start);
    for (std::size_t j = 0; j < y_.size(); ++j)
      for (std::size_t i = 0; i < x_.size(); ++i) {
        const Point k{x_[i], y_[j]};
        const Moments face_moments = moments(face, k, phases.at(i, j), phases.half(i, j));
        Complex sum = slope * face_moments.zeroth;
        if (jumps) {
          const Complex all = value * face_moments.zeroth + along * face_moments.first;
          sum += dot(k, face.normal) * Complex(-all.imag(), all.real());
        }
        real_[j * x_.size() + i] += sum.real();
        imaginary_[j * x_.size() + i] += sum.imag();
      }
  }

  // The integrals over the face of exp(-i k x), and of t exp(-i k x), t the distance from its start.
  struct Moments {
    Complex zeroth, first;
  };

  // Over a ray to which k is normal neither has a value: NaN.
  static Moments moments(const Face& face, Point k, Complex phase, Complex half_phase) {
    if (face.is_point()) return {phase, 0.0};
    const double kappa = dot(k, face.along);
    if (face.length == infinity) {
      constexpr double nan = std::numeric_limits<double>::quiet_NaN();
      if (std::abs(kappa) <= 1e-9 * std::hypot(k.x, k.y)) return {{nan, nan}, {nan, nan}};
      return {Complex(phase.imag(), -phase.real()) / kappa, -phase / (kappa * kappa)};
    }
    const double half = 0.5 * face.length, u = kappa * half, sine = -half_phase.imag();
    const Complex zeroth = face.length * sinc(u, sine) * phase;
    const double odd = 2.0 * half * half * bessel_1(u, sine, half_phase.real());
    return {zeroth, half * zeroth + odd * Complex(phase.imag(), -phase.real())};
  }

  Reals x_, y_, real_, imaginary_;  // the last two: [y x x]
};

// The network itself on each region.
inline std::vector<Affine> parts_of(const Regions& over) {
  std::vector<Affine> parts;
  for (const Region& region : over.regions) parts.push_back(region.f);
  return parts;
}

// At k = 0, over a window.
inline double integral(const Regions& over) {
  double sum = 0.0;
  for (const Region& region : over.regions) sum += region.measure * region.f(region.centre);
  return sum;
}

}  // namespace
