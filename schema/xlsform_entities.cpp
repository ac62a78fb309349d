#include "schema/xlsform_draft.h"

namespace sotay {

void checkEntities(const XlsTable*, FormDraft&) {}

}  // namespace sotay
