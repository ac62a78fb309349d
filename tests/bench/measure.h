#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace sotay::bench {

// Seconds that `work` takes by the steady clock.
double seconds(const std::function<void()>& work);
double median(std::vector<double> values);

// The figures of one run: a table for people, and a JSON line each for programs.
class Figures {
  public:
    void add(const std::string& metric, double value, const std::string& unit,
             const std::string& note = {});
    void print() const;
    bool writeTo(const std::string& file) const;  // false when the file cannot be written

  private:
    struct Figure {
        std::string metric, unit, note;
        double value;
    };
    std::vector<Figure> figures_;
};

}  // namespace sotay::bench
