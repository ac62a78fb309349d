#pragma once

namespace sotay {

// When what a transaction writes is on disk. Behind: soon after its commit. Later: together with
// the next that is written now, for notes that nobody would miss. A power cut until then brings the
// file back to where the transaction began, whole.
enum class Written { Now, Behind, Later };

}  // namespace sotay
