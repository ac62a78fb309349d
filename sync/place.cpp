#include "sync/place.h"

#include <charconv>

namespace sotay {

Value Place::toValue() const {
    return Value::text(std::to_string(repeat) + "/" + (parent.isNil() ? "-" : parent.toString()) +
                       "/" + position);
}

std::optional<Place> Place::fromValue(const Value& value) {
    const std::string* text = value.asText();
    if (!text) return {};
    auto first = text->find('/');
    auto second = first == std::string::npos ? first : text->find('/', first + 1);
    if (second == std::string::npos) return {};
    Place place;
    auto [end, bad] = std::from_chars(text->data(), text->data() + first, place.repeat);
    if (bad != std::errc() || end != text->data() + first) return {};
    std::string parent = text->substr(first + 1, second - first - 1);
    if (parent != "-") {
        auto id = Id::parse(parent);
        if (!id) return {};
        place.parent = *id;
    }
    place.position = text->substr(second + 1);
    return place;
}

}  // namespace sotay
