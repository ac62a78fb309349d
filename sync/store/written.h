#pragma once

namespace sotay {

// When what a transaction writes is on disk. Behind: soon after its commit; a power cut until then
// brings the file back to where the transaction began, whole.
enum class Written { Now, Behind };

}  // namespace sotay
