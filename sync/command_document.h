#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "schema/problem.h"
#include "schema/result.h"

namespace sotay {

// What a command of `sotay` or `sotayd` found or did: with --json it is printed as it is, else as
// text. Its members keep their order.
using Document = nlohmann::ordered_json;

std::string documentJson(const Document& document);  // one line; text that is no UTF-8 is mended
// For people: lists of alike things as tables with a heading, the rest as "name: value" lines.
std::string documentText(const Document& document);

// {"error","code"}: the message, and its kind for programs
Document failureDocument(const Error& error);
// {"severity","sheet","row","column","message"}
Document problemDocument(const Problem& problem);
// "2026-11-22T07:45:00Z"; null for 0, which is no time.
Document timeDocument(std::int64_t unixSeconds);

}  // namespace sotay
