#include "sync/server/serving_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace sotay {

ServingLock::ServingLock(const std::string& databaseFile)
    : file_(::open((databaseFile + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)),
      isHeld_(file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) {}

ServingLock::~ServingLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace sotay
