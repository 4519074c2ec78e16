// What the tests share: checks that say what they expected, and a session to work on.
#ifndef TGS_CPP_TESTS_CHECK_HPP
#define TGS_CPP_TESTS_CHECK_HPP

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "tgsession.hpp"

inline std::atomic<int> checks{0};

inline void check_that(bool holds, const char *file, int line, const char *what)
{
    ++checks;
    if (!holds) {
        std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
        std::exit(1);
    }
}
#define CHECK(...) check_that(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, #__VA_ARGS__)

/// The call throws tgs::error with a status and a message that names something.
template <class Call>
void check_throws(tgs_status status, const char *names, Call &&call, const char *file, int line, const char *what)
{
    try {
        call();
    } catch (const tgs::error &error) {
        if (error.status() != status || std::strstr(error.what(), names) == nullptr) {
            std::fprintf(stderr, "%s: %s\n", tgs_status_name(error.status()), error.what());
        }
        check_that(error.status() == status, file, line, what);
        check_that(std::strstr(error.what(), names) != nullptr, file, line, what);
        return;
    }
    check_that(false, file, line, what);
}
#define THROWS(STATUS, NAMES, ...) \
    check_throws(STATUS, NAMES, [&] { (void)(__VA_ARGS__); }, __FILE__, __LINE__, #__VA_ARGS__)

/// The call throws some tgs::error with a message.
#define THROWS_ANY(...) CHECK([&] { \
    const auto attempted = tgs::attempt([&] { (void)(__VA_ARGS__); }); \
    return !attempted && attempted.error().what()[0] != '\0'; \
}())

/// Bytes that look like a key.
inline std::vector<std::uint8_t> a_key()
{
    std::vector<std::uint8_t> key;
    for (unsigned i = 0; i < TGS_AUTH_KEY_LEN; i++) {
        key.push_back(static_cast<std::uint8_t>(i * 167 + 13));
    }
    return key;
}

/// A key that nobody else has: leases are the whole machine's.
inline std::vector<std::uint8_t> a_new_key()
{
    std::random_device random;
    std::vector<std::uint8_t> key(TGS_AUTH_KEY_LEN);
    for (std::uint8_t &byte : key) {
        byte = static_cast<std::uint8_t>(random());
    }
    return key;
}

/// Logs in: every field that clients need.
inline void log_in(const tgs::session &session)
{
    session.set_dc_id(4);
    session.set_api_id(12345);
    session.set_test_mode(false);
    session.set_user_id(777000123);
    session.set_is_bot(false);
    session.set_auth_key(a_key());
}

#endif
