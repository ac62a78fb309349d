#include <algorithm>
#include <cstdio>

#include "schema/session_answer.h"
#include "schema/session_record.h"

namespace sotay {
namespace {

struct Civil {
    int year = 0;
    unsigned month = 0, day = 0;
};

// Howard Hinnant's civil_from_days.
Civil civilOf(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto dayOfEra = static_cast<unsigned>(days - era * 146097);
    const unsigned yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const unsigned dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const unsigned month = (5 * dayOfYear + 2) / 153;
    Civil civil;
    civil.day = dayOfYear - (153 * month + 2) / 5 + 1;
    civil.month = month < 10 ? month + 3 : month - 9;
    civil.year =
        static_cast<int>(static_cast<std::int64_t>(yearOfEra) + era * 400) + (civil.month <= 2);
    return civil;
}

constexpr std::int64_t kDayMs = 86400000;

std::string dateText(std::int64_t nowMs, int zoneMinutes) {
    const std::int64_t local = nowMs + zoneMinutes * 60000LL;
    const auto civil = civilOf(local >= 0 ? local / kDayMs : (local - kDayMs + 1) / kDayMs);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", civil.year, civil.month, civil.day);
    return text;
}

std::string dateTimeText(std::int64_t nowMs, int zoneMinutes) {
    const std::int64_t local = nowMs + zoneMinutes * 60000LL;
    const std::int64_t inDay = ((local % kDayMs) + kDayMs) % kDayMs;
    const auto part = [&](std::int64_t unit, std::int64_t count) {
        return static_cast<int>(inDay / unit % count);
    };
    const int zone = std::abs(zoneMinutes);
    char text[40];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03d%c%02d:%02d", part(3600000, 24),
                  part(60000, 60), part(1000, 60), part(1, 1000), zoneMinutes < 0 ? '-' : '+',
                  zone / 60, zone % 60);
    return dateText(nowMs, zoneMinutes) + text;
}

}  // namespace

RecordSession::RecordSession(std::shared_ptr<const FormPlan> plan, SessionContext context)
    : plan_(std::move(plan)),
      context_(std::move(context)),
      language_(languageOf(plan_->form(), context_.language)),
      words_(isVietnamese(language_.empty() ? context_.language : language_)),
      tree_(*plan_, context_.newId),
      lists_(plan_->form(), context_.readFile),
      host_(*plan_, tree_, lists_, context_) {
    lists_.setLanguage(language_);
}

void RecordSession::open(const Answers* stored) {
    if (stored) load(*stored);
    openEntries(RecordTree::kRoot, stored == nullptr);
    computeAll();
    setDefaults();
    isOpen_ = true;
    opened_ = answers();
    openedRejected_ = rejectedText();
}

// A new record, or a new item of a repeat, opens with its static defaults and with one item in each
// repeat that has no count. Defaults that are computed wait until everything else is.
void RecordSession::openEntries(NodeId from, bool isNew) {
    const Node& node = nodeOf(from);
    if (tree_[from].isRepeat) {
        if (isNew && !lineOf(from).isCounted() && tree_[from].children.empty()) tree_.addItem(from);
    } else if (node.kind == NodeKind::Question) {
        const auto own = metadata(node.type);
        if (!own.empty()) tree_[from].text = own;
        if (!isNew) return;
        if (lineOf(from).dynamicDefault) {
            awaitingDefaults_.push_back(from);
        } else if (!node.defaultValue.empty() && own.empty()) {
            const auto read = readAnswer(node, node.defaultValue);
            tree_[from].text = read ? inChoiceOrder(from, *read) : node.defaultValue;
            tree_[from].isRejected = !read;
        }
    }
    for (std::size_t i = 0; i < tree_[from].children.size(); ++i)
        openEntries(tree_[from].children[i], isNew);
}

std::string RecordSession::metadata(QuestionType type) const {
    switch (type) {
        case QuestionType::Start:
        case QuestionType::End:
            return dateTimeText(context_.nowMs, context_.zoneOffsetMinutes);
        case QuestionType::Today:
            return dateText(context_.nowMs, context_.zoneOffsetMinutes);
        case QuestionType::DeviceId:
            return host_.property("deviceid");
        case QuestionType::Username:
            return host_.property("username");
        case QuestionType::Email:
            return host_.property("email");
        case QuestionType::PhoneNumber:
            return host_.property("phonenumber");
        default:
            return {};
    }
}

// As odk-instance-first-load: in the order of the sheet, each seeing what the one before it set.
void RecordSession::setDefaults() {
    while (!awaitingDefaults_.empty()) {
        const auto waiting = std::exchange(awaitingDefaults_, {});
        for (const NodeId id : waiting) {
            if (!tree_[id].isAlive || !tree_[id].text.empty()) continue;
            putResult(id, evaluate(*lineOf(id).dynamicDefault, id));
            work();
        }
    }
}

void RecordSession::load(const Answers& stored) {
    // The map's order is by path, so a repeat comes before those inside it.
    for (const auto& [key, items] : stored.items) loadItems(key, items);
    for (const auto& [key, value] : stored.values) loadValue(key, value);
}

void RecordSession::loadItems(const AnswerKey& key, const std::vector<RepeatItem>& items) {
    const auto repeat = tree_.find(key);
    if (!repeat || !tree_[*repeat].isRepeat) {
        carried_.items.emplace(key, items);
        return;
    }
    auto ordered = items;
    std::sort(ordered.begin(), ordered.end(), [](const RepeatItem& a, const RepeatItem& b) {
        return std::tie(a.position, a.id) < std::tie(b.position, b.id);
    });
    for (const auto& item : ordered) {
        const NodeId id = tree_.addItem(*repeat, item.id, item.position);
        tree_.touch(id);
    }
}

void RecordSession::loadValue(const AnswerKey& key, const Value& value) {
    if (value.isEmpty()) return;
    const auto id = tree_.find(key);
    if (!id || tree_[*id].isRepeat || !nodeOf(*id).isStored()) {
        carried_.values.emplace(key, value);
        return;
    }
    const auto read = readAnswer(nodeOf(*id), value.toString());
    tree_[*id].text = read ? inChoiceOrder(*id, *read) : value.toString();
    tree_[*id].isRejected = !read;
    if (!read) carried_.values.emplace(key, value);
}

}  // namespace sotay
