// Errors, and results for who does not want exceptions. Part of tgsession.hpp.
#ifndef TGSESSION_ERROR_HPP
#define TGSESSION_ERROR_HPP

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "tgsession.h"

namespace tgs {

/// Why a call failed: a status, and a message that names the session and the cause and holds no secret.
class error : public std::exception {
public:
    error(tgs_status status, std::string message)
        : status_(status), message_(std::make_shared<const std::string>(std::move(message))) {}
    tgs_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return message_->c_str(); }

private:
    tgs_status status_;
    std::shared_ptr<const std::string> message_; // an exception must be copied without throwing
};

/// A value, or why there is none.
template <class T>
class result {
public:
    result(T value) : state_(std::move(value)) {}
    result(tgs::error error) : state_(std::move(error)) {}

    bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }
    /// Throws the error, if there is one.
    T &value() & { throw_if_error(); return std::get<0>(state_); }
    const T &value() const & { throw_if_error(); return std::get<0>(state_); }
    T &&value() && { throw_if_error(); return std::get<0>(std::move(state_)); }
    T &operator*() & { return value(); }
    T *operator->() { return &value(); }
    /// Only where it is not ok().
    const tgs::error &error() const { return std::get<1>(state_); }

private:
    void throw_if_error() const {
        if (!ok()) {
            throw error();
        }
    }
    std::variant<T, tgs::error> state_;
};

/// Calls a function and catches what the library throws.
template <class Function>
auto attempt(Function &&function) -> result<std::conditional_t<std::is_void_v<std::invoke_result_t<Function>>,
                                                               std::monostate, std::invoke_result_t<Function>>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Function>>) {
            std::forward<Function>(function)();
            return std::monostate{};
        } else {
            return std::forward<Function>(function)();
        }
    } catch (const error &failure) {
        return failure;
    }
}

namespace detail {

/// The error parameter of a call, and what its status means.
class outcome {
public:
    outcome() = default;
    outcome(const outcome &) = delete;
    outcome &operator=(const outcome &) = delete;
    ~outcome() { tgs_error_free(error_); }
    tgs_error **place() noexcept { return &error_; }

    /// The failure of a call; none for TGS_OK and for the ordinary answers, which have no error object.
    std::optional<tgs::error> failure(tgs_status status) const {
        if (error_ == nullptr) {
            return std::nullopt;
        }
        return tgs::error(status, tgs_error_message(error_));
    }
    /// Whether the call was done; false for an ordinary answer.
    bool done(tgs_status status) const {
        if (auto failed = failure(status)) {
            throw *failed;
        }
        return status == TGS_OK;
    }

private:
    tgs_error *error_ = nullptr;
};

/// Makes a call with an error parameter; false for "not found" and "expired".
template <class Call>
bool done(Call &&call) {
    outcome outcome;
    const tgs_status status = call(outcome.place());
    return outcome.done(status);
}

} // namespace detail

} // namespace tgs

#endif
