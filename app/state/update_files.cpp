#include "app/state/update_parts.h"

#include <algorithm>

namespace sotay::app {

Requests take(State& state, const TypeFile& action) {
    if (state.filling) state.filling->filesTyped[action.path] = action.file;
    return {};
}

Requests take(State& state, const AttachFile& action) {
    if (!state.filling || state.filling->takingFile) return {};
    FormFilling& filling = *state.filling;
    const NodeView* line = filling.line(action.path);
    if (!line || line->readOnly || !isFileQuestion(*line->node)) return {};
    if (action.file.find_first_not_of(" \t\n") == std::string::npos) {
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

Requests take(State& state, const RefuseDrop&) {
    sayProblem(state, "file.dropped_elsewhere");
    return {};
}

Requests take(State& state, FileTaken reply) {
    if (!state.filling || state.filling->record != reply.record) return {};
    FormFilling& filling = *state.filling;
    filling.takingFile.reset();
    filling.files[reply.file.name] = reply.file;
    // Rows may have moved up since, or the row is gone.
    const auto line =
        std::find_if(filling.lines.begin(), filling.lines.end(),
                     [&](const NodeView& each) { return each.key == reply.question; });
    if (line == filling.lines.end()) return {};
    const std::string path = line->path;
    filling.filesTyped.erase(path);
    return take(state, SetAnswer{path, reply.file.name});
}

Requests take(State& state, FileShown reply) {
    if (state.filling) state.filling->files[reply.file.name] = reply.file;
    say(state, reply.isOpen ? "file.open" : "file.written", {{"file", reply.writtenTo}});
    return {};
}

}  // namespace sotay::app
