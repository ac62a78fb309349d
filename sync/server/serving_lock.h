#pragma once

#include <string>

namespace sotay {

// Only one process may append to a log, and none while it is restored. The system frees the lock
// however the process ends.
class ServingLock {
  public:
    explicit ServingLock(const std::string& databaseFile);
    ~ServingLock();
    ServingLock(const ServingLock&) = delete;
    ServingLock& operator=(const ServingLock&) = delete;

    bool isFile() const { return file_ >= 0; }  // false: the folder cannot be written
    bool isHeld() const { return isHeld_; }

  private:
    int file_;
    bool isHeld_;
};

}  // namespace sotay
