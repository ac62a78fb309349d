#include "sync/codec/lent_change.h"

namespace sotay {

Value LentWrite::value() const {
    switch (tag) {
        case kIntegerTag:
            return Value::integer(number);
        case kDecimalTag:
            return Value::decimal(decimal());
        case kTextTag:
            return Value::ofNormalText(text());
        default:
            return Value();
    }
}

LentWrite LentWrite::of(Ordinal ordinal, const Value& value) {
    LentWrite lent;
    lent.ordinal = ordinal;
    if (auto* text = value.asText()) {
        lent.tag = kTextTag;
        lent.start = text->data();
        lent.size = static_cast<std::uint32_t>(text->size());
    } else if (auto* number = value.asInteger()) {
        lent.tag = kIntegerTag;
        lent.number = *number;
    } else if (auto* decimal = value.asDecimal()) {
        lent.tag = kDecimalTag;
        lent.number = decimal->mantissa;
        lent.scale = decimal->scale;
    }
    return lent;
}

LentWrite LentWrite::of(const Write& write) {
    LentWrite lent = of(write.cell.ordinal, write.value);
    if (!write.cell.item.isNil()) lent.item = &write.cell.item;
    return lent;
}

Change LentChange::change(const Id& prev) const {
    Change change;
    change.author = author;
    change.device = device;
    change.form = form;
    change.record = record;
    change.writes.reserve(writes.size());
    for (const LentWrite& write : writes)
        change.writes.push_back({{write.item ? *write.item : Id{}, write.ordinal}, write.value()});
    change.notes.assign(notes.begin(), notes.end());
    change.seen = seen;
    change.prev = prev;
    change.wallSeconds = wallSeconds;
    change.run = run;
    change.runCount = runCount;
    return change;
}

LentChanges::LentChanges(std::span<const Change> changes) {
    std::size_t count = 0;
    for (const Change& change : changes) count += change.writes.size();
    writes_.reserve(count);  // so that they stay where they are
    changes_.reserve(changes.size());
    for (const Change& change : changes) {
        const std::size_t first = writes_.size();
        for (const Write& write : change.writes) writes_.push_back(LentWrite::of(write));
        changes_.push_back({change.author, change.device, change.form, change.record,
                            std::span(writes_).subspan(first), change.notes, change.seen,
                            change.wallSeconds, change.run, change.runCount});
    }
}

}  // namespace sotay
