#include <charconv>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "schema/xpath_functions.h"

namespace sotay {
namespace {

constexpr double kEarthRadius = 6'378'100;  // metres, at the equator, as the form programs have it
constexpr double kDegree = std::numbers::pi / 180;

struct Point {
    double latitude = 0, longitude = 0;
};

// "latitude longitude altitude accuracy"; the last two may be missing.
bool readPoint(std::string_view text, Point& point) {
    double numbers[4] = {};
    std::size_t count = 0;
    for (;;) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        if (text.empty()) break;
        if (count == 4) return false;
        auto read = std::from_chars(text.data(), text.data() + text.size(), numbers[count]);
        if (read.ec != std::errc()) return false;
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        if (!text.empty() && text[0] != ' ') return false;
        ++count;
    }
    point = {numbers[0], numbers[1]};
    return count >= 2 && std::fabs(point.latitude) <= 90 && std::fabs(point.longitude) <= 180;
}

// Points with semicolons between and perhaps at the end; false when a part is none.
bool readPoints(std::string_view text, std::vector<Point>& points) {
    while (!text.empty()) {
        std::size_t end = text.find(';');
        std::string_view part = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (text.empty() && part.find_first_not_of(' ') == std::string_view::npos) return true;
        Point point;
        if (!readPoint(part, point)) return false;
        points.push_back(point);
    }
    return true;
}

// All points of all arguments in their order.
std::vector<Point> pointsOf(XPathCall& call, std::size_t from) {
    std::vector<Point> points;
    for (const XValue& value : call.values(from)) {
        std::string text = toString(value, call.host());
        if (readPoints(text, points)) continue;
        call.fail(fmt::format(
            "{}() was given `{}`, which is not a place; a place is a latitude and a longitude.",
            call.node().text, text));
        return {};
    }
    return points;
}

// On a plane laid through the first point (mathworld.wolfram.com/PolygonArea.html).
XValue area(XPathCall& call) {
    std::vector<Point> points = pointsOf(call, 0);
    if (points.size() < 3) return numberValue(0);
    constexpr double kMetres = kEarthRadius * kDegree;  // of one degree
    double twice = 0, lastX = 0, lastY = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        double y = (points[i].latitude - points[0].latitude) * kMetres;
        double x = (points[i].longitude - points[0].longitude) * kMetres *
                   std::cos(points[i].latitude * kDegree);
        if (i > 1) twice += lastY * x - lastX * y;
        lastX = x;
        lastY = y;
    }
    return numberValue(std::fabs(twice / 2));
}

// By the spherical law of cosines.
double between(Point a, Point b) {
    double turn = (a.longitude - b.longitude) * kDegree;
    double from = a.latitude * kDegree, to = b.latitude * kDegree;
    double cosine = std::sin(from) * std::sin(to) + std::cos(from) * std::cos(to) * std::cos(turn);
    return std::acos(std::fmin(1.0, std::fmax(-1.0, cosine))) * kEarthRadius;
}

XValue distance(XPathCall& call) {
    std::vector<Point> points = pointsOf(call, 0);
    double total = 0;
    for (std::size_t i = 1; i < points.size(); ++i) total += between(points[i - 1], points[i]);
    return numberValue(total);
}

// Counts how often a ray from the point crosses the border
// (wrfranklin.org/Research/Short_Notes/pnpoly.html).
XValue geofence(XPathCall& call) {
    std::string place = call.text(0), border = call.text(1);
    Point point;
    std::vector<Point> fence;
    if (call.failed()) return {};
    if (!readPoint(place, point))
        return call.fail("geofence() needs a place as its first argument.");
    bool closed = readPoints(border, fence) && fence.size() >= 4 &&
                  fence.front().latitude == fence.back().latitude &&
                  fence.front().longitude == fence.back().longitude;
    if (!closed) return call.fail("geofence() needs a closed shape as its second argument.");
    bool inside = false;
    for (std::size_t i = 1; i < fence.size(); ++i) {
        const Point &a = fence[i - 1], &b = fence[i];
        if ((b.latitude > point.latitude) == (a.latitude > point.latitude)) continue;
        double crossing = (a.longitude - b.longitude) * (point.latitude - b.latitude) /
                              (a.latitude - b.latitude) +
                          b.longitude;
        if (point.longitude < crossing) inside = !inside;
    }
    return booleanValue(inside);
}

// Which side of the line from a to b the point is on: positive, negative, or 0 on it.
double side(Point a, Point b, Point point) {
    return (b.longitude - a.longitude) * (point.latitude - a.latitude) -
           (b.latitude - a.latitude) * (point.longitude - a.longitude);
}

bool cross(Point a, Point b, Point c, Point d) {
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

// Does a trace or the border of a shape cross itself?
XValue intersects(XPathCall& call) {
    constexpr std::size_t kMaxPoints = 3000;  // every pair is looked at
    std::vector<Point> points = pointsOf(call, 0);
    if (points.size() > kMaxPoints)
        return call.fail(fmt::format("intersects() looks at no more than {} points.", kMaxPoints));
    for (std::size_t i = 1; i < points.size(); ++i) {
        for (std::size_t j = i + 2; j < points.size(); ++j) {
            if (cross(points[i - 1], points[i], points[j - 1], points[j]))
                return booleanValue(true);
        }
    }
    return booleanValue(false);
}

}  // namespace

std::vector<XPathFunction> geoFunctions() {
    return {
        {"area", 1, 1, area},
        {"enclosed-area", 1, 1, area},
        {"distance", 1, -1, distance},
        {"geofence", 2, 2, geofence},
        {"intersects", 1, 1, intersects},
    };
}

}  // namespace sotay
