#include "tests/bench/measure.h"

#include <algorithm>

namespace sotay::bench {

double seconds(const std::function<void()>& work) {
    auto started = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    std::size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void Figures::add(const std::string& metric, double value, const std::string& unit,
                  const std::string& note) {
    figures_.push_back({metric, unit, note, value});
}

void Figures::print() const {
    for (const Figure& figure : figures_)
        std::printf("%-38s %14.3f  %-10s %s\n", figure.metric.c_str(), figure.value,
                    figure.unit.c_str(), figure.note.c_str());
}

bool Figures::writeTo(const std::string& file) const {
    std::FILE* out = std::fopen(file.c_str(), "w");
    if (!out) return false;
    for (const Figure& figure : figures_)
        std::fprintf(out, "{\"peer\":\"sotay\",\"metric\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"}\n",
                     figure.metric.c_str(), figure.value, figure.unit.c_str());
    return std::fclose(out) == 0;
}

}  // namespace sotay::bench
