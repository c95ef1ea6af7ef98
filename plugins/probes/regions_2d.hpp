// The linear regions of a network of two inputs: convex polygons, found by cutting them layer by layer along
// the lines where a pre-activation meets a kink of its activation.
//
// Corners are homogeneous, (x, y, 1), or (x, y, 0) for the direction of a ray, so that unbounded regions are
// polygons like others. The plane starts as three wedges; what their common boundaries add cancels.
#pragma once

#include "regions.hpp"

namespace {

struct Corner {
  double x = 0.0, y = 0.0, w = 1.0;
  bool outer = false;  // of the edge to the next corner, see Face
  Point point() const { return {x, y}; }
};
using Polygon = std::vector<Corner>;  // counterclockwise

class Polygons {
 public:
  Polygons(const PiecewiseNetwork& network, std::size_t most) : network_(network), most_(most) {}

  // One task for each polygon behind the first hidden layer.
  Regions find(const basso_host* host, const Domain& domain) const {
    std::vector<Piece> pieces;
    for (Polygon& polygon : start(domain))
      divide(0, {std::move(polygon), PiecewiseNetwork::identity({0.0, 0.0})},
             [&](Piece&& piece) { pieces.push_back(std::move(piece)); });
    std::vector<Regions> found(pieces.size());
    basso::parallel(host, pieces.size(), [&](std::uint64_t task) {
      basso::stop_if_cancelled(host);
      descend(1, pieces[static_cast<std::size_t>(task)], found[static_cast<std::size_t>(task)]);
    });
    Regions result;
    for (Regions& each : found) {
      result.append(std::move(each));
      refuse_too_many(result.regions.size(), most_);
    }
    return result;
  }

 private:
  struct Piece {
    Polygon on;
    Columns x;  // what the next linear map takes: value at the origin, derivatives
  };
  // The line gx x + gy y + g = 0.
  struct Line {
    double gx, gy, g;
    // Its side of a corner: what is rounding counts as on it.
    double operator()(const Corner& c) const {
      const double terms[] = {gx * c.x, gy * c.y, g * c.w};
      const double value = terms[0] + terms[1] + terms[2];
      const double size = std::abs(terms[0]) + std::abs(terms[1]) + std::abs(terms[2]);
      return std::abs(value) <= 1e-13 * size ? 0.0 : value;
    }
  };

  static std::vector<Polygon> start(const Domain& domain) {
    const Point low = domain.low, high = domain.high;
    if (!domain.whole)
      return {{{low.x, low.y, 1.0, true},
               {high.x, low.y, 1.0, true},
               {high.x, high.y, 1.0, true},
               {low.x, high.y, 1.0, true}}};
    // Rays to which no frequency of a grid is normal: the tangents of their angles are irrational.
    std::vector<Polygon> wedges;
    const double third = 2.0 * std::acos(-1.0) / 3.0;
    for (int i = 0; i < 3; ++i) {
      const double from = 0.7 + third * i, to = from + third;
      wedges.push_back({{0.0, 0.0, 1.0, true},
                        {std::cos(from), std::sin(from), 0.0, true},
                        {std::cos(to), std::sin(to), 0.0, true}});
    }
    return wedges;
  }

  void descend(std::size_t layer, const Piece& piece, Regions& found) const {
    if (layer >= network_.hidden()) {
      add(piece, found);
      return refuse_too_many(found.regions.size(), most_);
    }
    divide(layer, piece, [&](Piece&& part) { descend(layer + 1, part, found); });
  }

  // Hands out the pieces of `piece` behind hidden layer `layer`.
  template <class Take>
  void divide(std::size_t layer, const Piece& piece, Take&& take) const {
    if (layer == network_.hidden()) return take(Piece(piece));  // no hidden layer at all
    const Columns z = network_.mapped(layer, piece.x);
    const Segments& activation = network_.activation(layer);
    std::vector<Polygon> polygons = {piece.on};
    for (std::size_t n = 0; n < z[0].size(); ++n)
      for (const double kink : activation.kinks) cut(polygons, {z[1][n], z[2][n], z[0][n] - kink});
    for (Polygon& polygon : polygons) {
      Corner inside{0.0, 0.0, 0.0, false};
      for (const Corner& c : polygon) inside = {inside.x + c.x, inside.y + c.y, inside.w + c.w, false};
      std::vector<std::size_t> segment(z[0].size(), 0);
      for (std::size_t n = 0; n < segment.size(); ++n)
        for (const double kink : activation.kinks) {
          const double side = z[1][n] * inside.x + z[2][n] * inside.y + (z[0][n] - kink) * inside.w;
          segment[n] += side > 0.0 ? 1 : 0;
        }
      take({std::move(polygon), network_.activated(layer, z, segment)});
    }
  }

  static void cut(std::vector<Polygon>& polygons, const Line& line) {
    const std::size_t count = polygons.size();
    Reals sides;
    for (std::size_t p = 0; p < count; ++p) {
      sides.clear();
      for (const Corner& c : polygons[p]) sides.push_back(line(c));
      const auto [least, largest] = std::minmax_element(sides.begin(), sides.end());
      if (!(*least < 0.0 && *largest > 0.0)) continue;
      polygons.push_back(part(polygons[p], sides, 1.0));
      polygons[p] = part(polygons[p], sides, -1.0);
    }
  }

  // Of a polygon that the line cuts: the part on the side of this sign.
  static Polygon part(const Polygon& polygon, const Reals& sides, double sign) {
    Polygon result;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const std::size_t next = (i + 1) % polygon.size();
      const double here = sign * sides[i], there = sign * sides[next];
      if (here >= 0.0) result.push_back(polygon[i]);
      if (here == 0.0 && there < 0.0) result.back().outer = false;  // the cut starts here
      if ((here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0)) {
        result.push_back(between(polygon[i], here, polygon[next], there));
        result.back().outer = here < 0.0 && polygon[i].outer;
      }
    }
    return result;
  }

  // Where the line meets the edge between corners on different sides of it.
  static Corner between(const Corner& a, double side_a, const Corner& b, double side_b) {
    const double of_a = std::abs(side_b), of_b = std::abs(side_a);
    const Corner c{of_a * a.x + of_b * b.x, of_a * a.y + of_b * b.y, of_a * a.w + of_b * b.w, false};
    const double size = c.w > 0.0 ? c.w : std::hypot(c.x, c.y);
    return {c.x / size, c.y / size, c.w > 0.0 ? 1.0 : 0.0, false};
  }

  void add(const Piece& piece, Regions& found) const {
    const Columns f = network_.mapped(network_.hidden(), piece.x);
    Region region;
    region.f = {{}, {f[1][0], f[2][0]}, f[0][0]};
    const std::size_t index = found.regions.size();
    for (std::size_t i = 0; i < piece.on.size(); ++i)
      add_edge(piece.on[i], piece.on[(i + 1) % piece.on.size()], index, found);
    const std::vector<Point> bounded = bounded_corners(piece.on, region.measure);
    measure(bounded, region);
    Point mean;
    for (const Point& each : bounded) mean = mean + (1.0 / static_cast<double>(bounded.size())) * each;
    for (std::size_t i = 0; i < 3; ++i) region.samples[i] = 0.5 * (mean + bounded[i * bounded.size() / 3]);
    found.regions.push_back(region);
  }

  // What lies between two directions is no edge.
  static void add_edge(const Corner& a, const Corner& b, std::size_t region, Regions& found) {
    if (a.w == 0.0 && b.w == 0.0) return;
    const bool forward = a.w > 0.0, finite = forward && b.w > 0.0;
    const Point to = finite ? b.point() - a.point() : (forward ? b.point() : a.point());
    const double length = std::hypot(to.x, to.y);
    if (length == 0.0) return;
    const Point along = (1.0 / length) * to;
    // The inside is to the left of the way from a to b.
    const Point normal = forward ? Point{along.y, -along.x} : Point{-along.y, along.x};
    found.faces.push_back(
        {region, forward ? a.point() : b.point(), along, normal, finite ? length : infinity, a.outer});
  }

  // The corners, each direction replaced by a point on the way; the measure is infinite where there is one.
  static std::vector<Point> bounded_corners(const Polygon& polygon, double& measure) {
    std::vector<Point> result;
    Point sum;
    double finite = 0.0;
    for (const Corner& c : polygon)
      if (c.w > 0.0) sum = sum + c.point(), finite += 1.0;
    for (const Corner& c : polygon)
      result.push_back(c.w > 0.0 ? c.point() : (1.0 / finite) * sum + c.point());
    measure = finite < static_cast<double>(polygon.size()) ? infinity : 0.0;
    return result;
  }

  // Area and centroid of a convex polygon, as a fan of triangles.
  static void measure(const std::vector<Point>& corners, Region& region) {
    double area = 0.0;
    Point moment;
    for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
      const Point a = corners[i] - corners[0], b = corners[i + 1] - corners[0];
      const double triangle = 0.5 * (a.x * b.y - a.y * b.x);
      area += triangle;
      moment = moment + (triangle / 3.0) * (a + b);
    }
    region.centre = corners[0] + (area > 0.0 ? 1.0 / area : 0.0) * moment;
    region.measure += area;
  }

  const PiecewiseNetwork& network_;
  std::size_t most_;
};

}  // namespace
