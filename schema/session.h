#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/id.h"
#include "schema/problem.h"
#include "schema/result.h"

namespace sotay {

// One answer of a record, in or outside a repeat, by the path of the form and the items on the way.
// `items` holds one id for each repeat around the field, outermost first.
struct AnswerKey {
    std::string path;
    std::vector<Id> items;
    auto operator<=>(const AnswerKey&) const = default;
};

struct RepeatItem {
    Id id;
    std::string position;  // fractional: byte order is the order of the items
    bool operator==(const RepeatItem&) const = default;
};

// A record's stored answers, as the store reads and writes them. No calculated fields.
struct Answers {
    std::map<AnswerKey, Value> values;
    std::map<AnswerKey, std::vector<RepeatItem>>
        items;  // key: the repeat's path and the items around it
    bool operator==(const Answers&) const = default;
};

// What the outside world tells a session. Injected, so that a session has no clock and no thread.
struct SessionContext {
    std::int64_t nowMs = 0;
    int zoneOffsetMinutes = 7 * 60;
    std::string language;
    std::map<std::string, std::string> properties;  // username, deviceid, ...
    std::function<Id()> newId;                      // ids for repeat items; never null
    std::function<double()> random;                 // [0,1); null: a fixed sequence
    std::function<std::optional<std::string>(const std::string& file)>
        readFile;  // external csv...; may be null
};

struct ChoiceView {
    std::string name, label;
};

// One line as a screen shows it.
struct NodeView {
    const Node* node = nullptr;
    std::string path;  // with positions: "/household/members[2]/age"
    AnswerKey key;
    bool relevant = true, required = false, readOnly = false, valid = true;
    std::string value;                          // typed answer or calculated value, as text
    std::string label, hint, message, warning;  // in the session's language, ${} filled in
};

// A form being filled. Recomputes after each answer only what depends on it. One thread.
// A record opens with what is stored; a new one with its defaults, and one item in each repeat that
// has no count (as XForms made by pyxform do); an item that nobody touched is not stored.
class FormSession {
  public:
    // Refuses a form whose expressions do not parse or depend on themselves in a circle, naming the
    // questions.
    static Result<std::unique_ptr<FormSession>> create(std::shared_ptr<const Form> form,
                                                       SessionContext context,
                                                       const Answers* stored);
    virtual ~FormSession() = default;

    // The answer as typed. What cannot be read as the type is kept as typed, shown invalid, and not
    // stored. NotFound when there is no such path; Rejected when it is read-only or calculated.
    virtual Status setAnswer(const std::string& path, std::string_view typed) = 0;
    virtual Result<std::string> addItem(const std::string& repeatPath) = 0;  // path of the new item
    virtual Status removeItem(const std::string& itemPath) = 0;
    virtual Status keepWarning(const std::string& path, std::string_view reason) = 0;

    virtual std::vector<NodeView> view()
        const = 0;  // every line in document order, relevant or not
    virtual std::optional<NodeView> view(const std::string& path) const = 0;
    virtual std::vector<ChoiceView> choices(
        const std::string& path) const = 0;      // after choice_filter
    virtual std::uint64_t revision() const = 0;  // grows with every visible change
    virtual bool isValid() const = 0;            // all relevant answers hold
    virtual std::string instanceName() const = 0;
    virtual void setLanguage(const std::string& language) = 0;

    virtual Answers answers()
        const = 0;  // to store: relevant, normalised; irrelevant answers are cleared
    // What differs from what the session was opened with: the writes of a change.
    virtual bool isDirty() const = 0;
    // Text typed but not storable yet, by path, so that a draft loses nothing.
    virtual std::map<std::string, std::string> rejectedText() const = 0;
};

}  // namespace sotay
