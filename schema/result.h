#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace sotay {

// What kind of failure it is, for programs and for translation.
enum class Code { NotFound, InvalidInput, Corrupt, Io, Offline, Rejected };

// Why something could not be done. `message` is a whole sentence for the log and the command line,
// and names the place (file, sheet, row) where there is one.
struct Error {
    Code code = Code::InvalidInput;
    std::string message;
};

// A value, or why there is none. Asking for the one that is not there is our own mistake (assert).
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::move(value)) {}
    Result(Error error) : state_(std::move(error)) {}

    bool ok() const { return std::holds_alternative<T>(state_); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const {
        assert(!ok());
        return *std::get_if<Error>(&state_);
    }

  private:
    T& value() {
        assert(ok());
        return *std::get_if<T>(&state_);
    }
    const T& value() const {
        assert(ok());
        return *std::get_if<T>(&state_);
    }

    std::variant<T, Error> state_;
};

// Success, or why not: `return Status();` or `return Error{...};`.
class [[nodiscard]] Status {
  public:
    Status() = default;
    Status(Error error) : error_(std::move(error)), ok_(false) {}

    bool ok() const { return ok_; }
    const Error& error() const {
        assert(!ok_);
        return error_;
    }

  private:
    Error error_;
    bool ok_ = true;
};

}  // namespace sotay
