#include "app/state/update_parts.h"

#include <algorithm>
#include <optional>

namespace sotay::app {
namespace {

// Rows may have moved up since the question was asked; "" when its row is gone.
std::string pathOf(const FormFilling& filling, const AnswerKey& question) {
    const auto line = std::find_if(filling.lines.begin(), filling.lines.end(),
                                   [&](const NodeView& each) { return each.key == question; });
    return line == filling.lines.end() ? std::string() : line->path;
}

}  // namespace

Requests take(State& state, const TypeFile& action) {
    if (state.filling) state.filling->filesTyped[action.path] = action.file;
    return {};
}

std::optional<Requests> fileBeforeSaving(State& state) {
    FormFilling& filling = *state.filling;
    Requests requests;
    if (!filling.takingFile) {
        const auto named = std::find_if(filling.filesTyped.begin(), filling.filesTyped.end(),
                                        [&](const auto& typed) {
                                            const NodeView* line = filling.line(typed.first);
                                            return !isBlank(typed.second) && line && line->relevant;
                                        });
        if (named == filling.filesTyped.end()) return {};
        goTo(filling, named->first);
        requests = take(state, AttachFile{named->first, named->second});
    }
    say(state, "file.wait");
    return requests;
}

Requests take(State& state, const AttachFile& action) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    const NodeView* line = filling.line(action.path);
    if (!line || line->readOnly || !isFileQuestion(*line->node)) return {};
    if (filling.takingFile) {
        if (*filling.takingFile != line->key) sayProblem(state, "file.taking_another");
        return {};
    }
    if (isBlank(action.file)) {
        sayProblem(state, "file.nothing_typed");
        return {};
    }
    filling.filesTyped[action.path] = action.file;
    filling.takingFile = line->key;
    return {TakeFile{filling.record, line->key, action.file}};
}

Requests take(State& state, const OpenFile& action) {
    say(state, "file.opening");
    return {ShowFile{action.name}};
}

Requests take(State& state, const RefuseDrop& action) {
    sayProblem(state, action.wereMany ? "file.one_only" : "file.dropped_elsewhere");
    return {};
}

void fileNotTaken(FormFilling& filling) {
    if (!filling.takingFile) return;
    const std::string path = pathOf(filling, *filling.takingFile);
    filling.takingFile.reset();
    if (!path.empty()) goTo(filling, path);
}

Requests take(State& state, FileTaken reply) {
    if (!state.filling || state.filling->record != reply.record) return {};
    FormFilling& filling = *state.filling;
    filling.takingFile.reset();
    filling.files[reply.file.name] = reply.file;
    const std::string path = pathOf(filling, reply.question);
    if (path.empty()) return {};
    filling.filesTyped.erase(path);
    return take(state, SetAnswer{path, reply.file.name});
}

Requests take(State& state, FileShown reply) {
    if (state.filling) state.filling->files[reply.file.name] = reply.file;
    say(state, reply.isOpen ? "file.open" : "file.written", {{"file", reply.writtenTo}});
    return {};
}

}  // namespace sotay::app
