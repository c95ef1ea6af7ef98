// The linear regions of a network of one input: intervals, found by propagating kinks layer by layer. On an
// interval where all neurons of the layers before are affine, a pre-activation meets a kink of its activation
// at most once; the intervals between these points go on to the next layer.
#pragma once

#include "regions.hpp"

namespace {

class Intervals {
 public:
  Intervals(const PiecewiseNetwork& network, std::size_t most) : network_(network), most_(most) {}

  // One task for each interval behind the first hidden layer.
  Regions find(const basso_host* host, const Domain& domain) const {
    const Interval all = domain.whole ? Interval{-infinity, infinity} : Interval{domain.low.x, domain.high.x};
    std::vector<Piece> pieces;
    divide(0, {all, PiecewiseNetwork::identity({all.anchor()})},
           [&](Piece&& piece) { pieces.push_back(std::move(piece)); });
    std::vector<Regions> found(pieces.size());
    basso::parallel(host, pieces.size(), [&](std::uint64_t task) {
      basso::stop_if_cancelled(host);
      descend(1, pieces[static_cast<std::size_t>(task)], domain, found[static_cast<std::size_t>(task)]);
    });
    Regions result;
    for (Regions& each : found) {
      result.append(std::move(each));
      refuse_too_many(result.regions.size(), most_);
    }
    return result;
  }

 private:
  struct Interval {
    double low, high;
    double anchor() const { return std::isfinite(low) ? low : (std::isfinite(high) ? high : 0.0); }
  };
  struct Piece {
    Interval on;
    Columns x;  // what the next linear map takes: value at on.anchor(), slope
  };
  // Where the pre-activation of `neuron` passes a kink: up or down by one segment.
  struct Crossing {
    double x;
    std::size_t neuron;
    bool up;
  };

  void descend(std::size_t layer, const Piece& piece, const Domain& domain, Regions& found) const {
    if (layer >= network_.hidden()) {
      add(piece, domain, found);
      return refuse_too_many(found.regions.size(), most_);
    }
    divide(layer, piece, [&](Piece&& part) { descend(layer + 1, part, domain, found); });
  }

  // Hands out the pieces of `piece` behind hidden layer `layer`, from left to right.
  template <class Take>
  void divide(std::size_t layer, const Piece& piece, Take&& take) const {
    if (layer == network_.hidden()) return take(Piece(piece));  // no hidden layer at all
    const Columns z = network_.mapped(layer, piece.x);
    const double anchor = piece.on.anchor();
    std::vector<Crossing> crossings;
    std::vector<std::size_t> segment = start(layer, z, piece.on, crossings);
    std::sort(crossings.begin(), crossings.end(),
              [](const Crossing& a, const Crossing& b) { return a.x < b.x; });
    Interval on = piece.on;
    Columns shifted = z;
    for (std::size_t next = 0; next <= crossings.size();) {
      on.high = next < crossings.size() ? crossings[next].x : piece.on.high;
      for (std::size_t n = 0; n < segment.size(); ++n)
        shifted[0][n] = z[0][n] + z[1][n] * (on.anchor() - anchor);
      take({on, network_.activated(layer, shifted, segment)});
      if (next == crossings.size()) break;
      on.low = on.high;
      for (; next < crossings.size() && crossings[next].x == on.low; ++next)
        crossings[next].up ? ++segment[crossings[next].neuron] : --segment[crossings[next].neuron];
    }
  }

  // The segment on which each neuron is at the left end, and what it crosses further on. Where a crossing is
  // to the left, or to the right, of the interval decides alone, so that both always agree.
  std::vector<std::size_t> start(std::size_t layer, const Columns& z, const Interval& on,
                                 std::vector<Crossing>& crossings) const {
    std::vector<std::size_t> segment(z[0].size(), 0);
    for (std::size_t n = 0; n < segment.size(); ++n)
      for (const double kink : network_.activation(layer).kinks) {
        const double value = z[0][n], slope = z[1][n];
        if (slope == 0.0) {
          segment[n] += value > kink ? 1 : 0;
          continue;
        }
        const double x = on.anchor() + (kink - value) / slope;
        const bool passed = !(x > on.low);
        segment[n] += passed == (slope > 0.0) ? 1 : 0;
        if (!passed && x < on.high) crossings.push_back({x, n, slope > 0.0});
      }
    return segment;
  }

  void add(const Piece& piece, const Domain& domain, Regions& found) const {
    const Columns f = network_.mapped(network_.hidden(), piece.x);
    const double low = piece.on.low, high = piece.on.high, length = high - low;
    Region region;
    region.f = {{piece.on.anchor(), 0.0}, {f[1][0], 0.0}, f[0][0]};
    region.measure = length;
    region.centre = {0.5 * (low + high), 0.0};
    const double from = std::isfinite(low) ? low : piece.on.anchor() - 1.0;
    const double step = std::isfinite(length) ? 0.25 * length : 0.25;
    region.samples[0] = {from + step, 0.0};
    region.samples[1] = {from + 3.0 * step, 0.0};
    const std::size_t index = found.regions.size();
    if (std::isfinite(low))
      found.faces.push_back({index, {low, 0.0}, {}, {-1.0, 0.0}, 0.0, low == domain.low.x && !domain.whole});
    if (std::isfinite(high))
      found.faces.push_back(
          {index, {high, 0.0}, {}, {1.0, 0.0}, 0.0, high == domain.high.x && !domain.whole});
    found.regions.push_back(region);
  }

  const PiecewiseNetwork& network_;
  std::size_t most_;
};

}  // namespace
