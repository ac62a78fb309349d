#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/state/attached_file.h"
#include "app/state/draft_journal.h"
#include "schema/id.h"
#include "schema/session.h"

namespace sotay::app {

// A part of a form, as the list at the left shows it: a top-level group or repeat, or a run of
// questions that stand outside of any.
struct Section {
    std::string path;            // of the group or repeat; "" for a run of questions
    const Node* node = nullptr;  // the group or repeat; null for a run
    std::vector<const Node*>
        nodes;  // what it shows: the group's children, the run, or the repeat itself
    std::size_t asked = 0, answered = 0, wrong = 0;
    std::optional<std::size_t> rows;  // of a repeat
    bool relevant = true;
};

// One record being filled. The session is pure and quick, so it lives here, on the window's thread.
struct FormFilling {
    Id record;
    std::string formId;
    std::uint32_t version = 0;
    std::shared_ptr<const Form> form;
    std::unique_ptr<FormSession> session;
    bool isNew = false;
    std::set<std::string> inConflict;  // paths of fields with an open conflict

    // Read from the session whenever its revision grows.
    std::uint64_t shownRevision = 0;
    std::vector<NodeView> lines;
    std::map<std::string, std::size_t, std::less<>> lineAt;     // by path with positions
    std::map<std::string, std::size_t, std::less<>> itemCount;  // by a repeat's path with positions
    std::vector<Section> sections;
    std::string
        title;  // instance name, or the first summary answer; "" for a record without a name yet

    std::size_t section = 0;
    std::string focusPath;  // the field that has the keyboard
    bool focusWasWrong =
        false;         // it was wrong when it got it: then its message stays while it is mended
    std::string goTo;  // the screen sends the keyboard to this field, then says Arrived
    std::set<std::string> visited;    // fields that were left once: missing answers are shown there
    bool showAllProblems = false;     // after a save was tried
    std::set<std::string> openItems;  // repeat items whose editor is open

    std::string keepingWarning,
        keepingReason;                         // the soft check for which a reason is being written
    std::map<AnswerKey, std::string> reasons;  // why soft checks were overruled, in this session
    DraftJournal journal;                      // what was done since the record was opened

    std::map<std::string, AttachedFile, std::less<>> files;      // by name
    std::map<std::string, std::string, std::less<>> filesTyped;  // by path: where a file is
    std::optional<AnswerKey> takingFile;                         // the question it is for

    bool draftDirty = false, draftInFlight = false, saving = false;
    std::optional<std::int64_t> draftSavedAt;
    bool fromDraft = false;  // opened with what an earlier session left unsaved

    const NodeView* line(std::string_view path) const {
        auto found = lineAt.find(path);
        return found == lineAt.end() ? nullptr : &lines[found->second];
    }
    std::size_t items(std::string_view repeatPath) const {
        auto found = itemCount.find(repeatPath);
        return found == itemCount.end() ? 0 : found->second;
    }
    // What a question offers now. Lists may be long, so they are kept until an answer changes.
    const std::vector<ChoiceView>& choices(const std::string& path) const;
    mutable std::map<std::string, std::vector<ChoiceView>> keptChoices;

    // Whether its message is to be shown now: not while somebody is still typing it for the first
    // time.
    bool showsProblem(const NodeView& line) const;
};

// Brings lines, sections and title up to date with the session. Cheap when nothing changed.
void refresh(FormFilling& filling);

// What a row of a repeat shows in its table; the rest of the item, if any, is in its editor.
struct ItemLayout {
    std::vector<const Node*> columns;
    bool hasEditor = false;
};
ItemLayout itemLayout(const Node& repeat);

// Opens section and item editor around `path`, so that its field can be reached, and sends the
// keyboard there.
void goTo(FormFilling& filling, const std::string& path);
std::size_t sectionOf(const FormFilling& filling, const std::string& path);

// The next wrong field after `path` in the order of the form, round at the end; "" when all is
// well.
std::string nextProblem(const FormFilling& filling, const std::string& path);

// Is this question answered by a person (and not calculated, recorded or only shown)?
bool isAsked(const Node& node);
// Is it answered by a picture, a recording or another file?
bool isFileQuestion(const Node& node);
// Is it an answer that is wanted now?
bool isAsked(const NodeView& line);

// "/a/b[2]/c" -> "/a/b/c"
std::string withoutPositions(std::string_view path);

}  // namespace sotay::app
