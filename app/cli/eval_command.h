#pragma once

#include <iosfwd>
#include <string>

namespace sotay {

struct EvalOptions {
    std::string now;   // ISO date-time, "2026-11-22T08:00:00+07:00"; empty: the clock's
    std::string zone;  // "UTC", "+07:00" or "Asia/Ho_Chi_Minh"; empty: the process's own
};

// `sotay eval --jsonl`: expressions without a form. For each line {"id","expr"} of `in` one line
// {"id","type","value"} or {"id","error"}, in the same order; a line that cannot be evaluated ends
// nothing. NaN and the infinities are written as text. 2 when an option cannot be read.
int evalLines(const EvalOptions& options, std::istream& in, std::ostream& out, std::ostream& log);

}  // namespace sotay
