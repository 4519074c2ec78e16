/* tgsession for C++17: a header over tgsession.h, which is the manual. What a function does, and which errors it has,
 * stands there, under the name with tgs_ before it.
 *
 * Failures are thrown as tgs::error. Absent is std::nullopt. tgs::try_open() and tgs::attempt() give a tgs::result
 * instead of throwing. Objects that own something are move-only; views live as long as their owner. A session may be
 * used, and closed, from any thread; it must not be moved or destroyed while another thread uses it. */
#ifndef TGSESSION_HPP
#define TGSESSION_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tgsession/report.hpp"
#include "tgsession/session.hpp"

namespace tgs {

/* What needs no session. */

/// The address and port of a data centre.
struct address {
    std::string server_address;
    std::uint16_t port;
};

/// The version of the library that is loaded.
inline std::string_view version() noexcept { return tgs_version(); }

/// The name of a status, like "TGS_ERROR_LOCKED".
inline std::string_view status_name(tgs_status status) noexcept { return tgs_status_name(status); }

/// Diagnoses a text, as JSON without secrets.
inline text diagnose(std::string_view candidate) {
    const detail::c_text string(candidate, "text");
    char *diagnosis = nullptr;
    detail::done([&](tgs_error **e) { return tgs_diagnose(string.get(), &diagnosis, e); });
    return text(diagnosis);
}

/// The sessions in a store that keeps many: a JSON array of their names.
inline text list_sessions(std::string_view location) {
    const detail::c_text store(location, "location");
    char *names = nullptr;
    detail::done([&](tgs_error **e) { return tgs_list_sessions(store.get(), &names, e); });
    return text(names);
}

/// The address and port of a data centre; nothing for an unknown one.
inline std::optional<address> default_server_address(std::int32_t dc_id, bool test_mode = false) {
    char *server_address = nullptr;
    std::uint16_t port = 0;
    const bool known = detail::done([&](tgs_error **e) {
        return tgs_default_server_address(dc_id, test_mode, &server_address, &port, e);
    });
    const text owner(server_address);
    return known ? std::optional(address{std::string(owner.view()), port}) : std::nullopt;
}

} // namespace tgs

#endif
