#pragma once

#include <optional>
#include <string>

#include "schema/fields.h"
#include "schema/id.h"
#include "schema/value.h"

namespace sotay {

// Where a repeat item stands, as the text value of its kPlace cell: "17/<parent item or
// ->/<position>".
struct Place {
    Ordinal repeat = 0;
    Id parent;  // the item of the outer repeat; nil when the repeat is in the record itself
    std::string position;  // fractional: byte order is the order of the items

    Value toValue() const;
    static std::optional<Place> fromValue(const Value& value);
};

}  // namespace sotay
