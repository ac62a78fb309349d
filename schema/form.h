#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/value.h"

namespace sotay {

// A text in several languages. The key is the language as the workbook names it, "Tiếng Việt (vi)";
// "" is the text of a column without a language.
struct LocalText {
    std::map<std::string, std::string> byLanguage;

    bool empty() const { return byLanguage.empty(); }
    // In `language`; where that is missing, in the form's default, then without a language, then
    // any.
    const std::string& in(const std::string& language, const std::string& fallback = {}) const;
};

enum class NodeKind : std::uint8_t { Group, Repeat, Question };

// What a question asks for. The names are XLSForm's.
enum class QuestionType : std::uint8_t {
    Text,
    Integer,
    Decimal,
    Range,
    Date,
    Time,
    DateTime,
    SelectOne,
    SelectMultiple,
    Rank,
    Note,
    GeoPoint,
    GeoTrace,
    GeoShape,
    Image,
    Audio,
    Video,
    File,
    Barcode,
    Acknowledge,
    Calculate,
    Hidden,
    Start,
    End,
    Today,
    DeviceId,
    Username,
    Email,
    PhoneNumber,
    Audit,
    StartGeoPoint,
    Unknown,
};

// What the laptop fills in by itself, and nobody answers: start, today, username...
bool isMetadata(QuestionType type);

struct Choice {
    std::string name;
    LocalText label;
    std::map<std::string, std::string> media;  // "image", "audio"... as written
    std::map<std::string, std::string>
        columns;  // every further column, for choice_filter and look-ups
    int row = 0;  // in its sheet; the header is row 1
};

struct ChoiceList {
    std::string name;
    std::vector<Choice> choices;
    std::string file;  // select_one_from_file: the file beside the workbook
};

// One line of the survey sheet; groups and repeats own their lines. Expressions are kept as written
// and compiled by the session; ${name} stays in them.
struct Node {
    NodeKind kind = NodeKind::Question;
    QuestionType type = QuestionType::Text;
    std::string typeText;  // as written, for types that we do not know
    std::string name;
    std::string path;  // "/group/name", without the form's root
    LocalText label, hint, guidance, constraintMessage, requiredMessage, warningMessage;
    std::map<std::string, LocalText> media;
    std::string relevant, constraint, required, readOnly, calculation, defaultValue, choiceFilter;
    std::string repeatCount, trigger, warning, appearance, listName, parameters;
    bool orOther = false;
    bool identity = false;  // our column: a key by which duplicates are found
    bool summary = false;   // our column: shown in the list of records
    bool area = false;      // our column: holds the code of the record's area
    std::map<std::string, std::string>
        parameter;  // parsed `parameters`: start, end, step, randomize...
    std::map<std::string, std::string> otherColumns;  // kept, for tools that read them
    int row = 0;                                      // in the survey sheet; the header is row 1
    std::vector<std::unique_ptr<Node>> children;
    Node* parent = nullptr;  // null below the root

    bool isStored() const;  // answers are kept in the record: not notes, calculations or metadata
    ValueType valueType() const;  // how its answer is stored
};

class FormPlan;

// A questionnaire as it was read. Immutable after reading, so threads may share it.
struct Form {
    Form() { root.kind = NodeKind::Group; }

    std::string id, title, versionText, defaultLanguage, instanceName, style;
    std::vector<std::string>
        languages;  // in the order of first appearance; empty when no column names one
    Node root;      // no name
    std::map<std::string, ChoiceList> lists;
    std::map<std::string, std::string> settings;  // all of the settings sheet
    std::map<std::string, std::string>
        files;  // external csv/geojson/xml that it names -> path as found, or ""
    std::shared_ptr<const FormPlan> plan;  // made when it was read and checked; lives as it does

    const Node* find(const std::string& path) const;        // by path, null when absent
    const Node* findByName(const std::string& name) const;  // first in the order of the sheet
    std::size_t questionCount() const;
};

}  // namespace sotay
