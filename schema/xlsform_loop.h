#pragma once

#include <string>

#include "schema/xlsform_draft.h"

namespace sotay {

// Turns a loop into a group with one group for each choice of `list`, each with a copy of the
// loop's questions;
// "%(name)s" and "%(label)s" in their texts become the choice's. Nothing happens when there is no
// such list.
void expandLoop(Node& loop, const std::string& list, FormDraft& draft);

}  // namespace sotay
