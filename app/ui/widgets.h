#pragma once

// Everything a screen draws with. A widget takes a key first: its name for tests and for the
// keyboard, the same in every language. Words come in as strings. Measures are design pixels.

#include "app/ui/button.h"
#include "app/ui/choice.h"
#include "app/ui/context.h"
#include "app/ui/feedback.h"
#include "app/ui/field.h"
#include "app/ui/focus.h"
#include "app/ui/form_row.h"
#include "app/ui/frame.h"
#include "app/ui/icons.h"
#include "app/ui/layout.h"
#include "app/ui/table.h"
#include "app/ui/text.h"
