// The fields of a session. Part of tgsession.hpp.
#ifndef TGSESSION_SESSION_DATA_HPP
#define TGSESSION_SESSION_DATA_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "tgsession.h"
#include "text.hpp"

namespace tgs {

/// An auth key: the secret that is the login. It is wiped when it goes.
class auth_key {
public:
    auth_key() = default;
    /// Another size than TGS_AUTH_KEY_LEN is an error.
    explicit auth_key(span<std::uint8_t> bytes) {
        if (bytes.size() != size()) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, "an auth key has " + std::to_string(size()) + " bytes, not "
                                                        + std::to_string(bytes.size()));
        }
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    }
    auth_key(const auth_key &) = default;
    auth_key &operator=(const auth_key &) = default;
    ~auth_key() {
        for (volatile std::uint8_t &byte : bytes_) {
            byte = 0;
        }
    }
    const std::uint8_t *data() const noexcept { return bytes_.data(); }
    std::uint8_t *data() noexcept { return bytes_.data(); }
    static constexpr std::size_t size() noexcept { return TGS_AUTH_KEY_LEN; }

private:
    std::array<std::uint8_t, TGS_AUTH_KEY_LEN> bytes_{};
};

/// The fields of a session; they are added up: `tgs::field::dc_id | tgs::field::auth_key`.
enum class field : std::uint32_t {
    dc_id = TGS_FIELD_DC_ID,
    server_address = TGS_FIELD_SERVER_ADDRESS,
    port = TGS_FIELD_PORT,
    api_id = TGS_FIELD_API_ID,
    test_mode = TGS_FIELD_TEST_MODE,
    auth_key = TGS_FIELD_AUTH_KEY,
    date = TGS_FIELD_DATE,
    user_id = TGS_FIELD_USER_ID,
    is_bot = TGS_FIELD_IS_BOT,
    takeout_id = TGS_FIELD_TAKEOUT_ID,
    tmp_auth_key = TGS_FIELD_TMP_AUTH_KEY,
};
constexpr field operator|(field one, field other) noexcept {
    return static_cast<field>(static_cast<std::uint32_t>(one) | static_cast<std::uint32_t>(other));
}
/// Whether a sum of fields has this one in it.
constexpr bool has(field which, field one) noexcept {
    return (static_cast<std::uint32_t>(which) & static_cast<std::uint32_t>(one)) != 0;
}

/// Several fields at once.
struct session_data {
    std::optional<std::int32_t> dc_id;
    std::optional<std::string> server_address;
    std::optional<std::uint16_t> port;
    std::optional<std::int32_t> api_id;
    std::optional<bool> test_mode;
    std::optional<tgs::auth_key> auth_key;
    std::optional<std::int64_t> date, user_id;
    std::optional<bool> is_bot;
    std::optional<std::int64_t> takeout_id;
    std::optional<tgs::auth_key> tmp_auth_key;

    session_data() = default;
    explicit session_data(const tgs_session_data &raw)
        : dc_id(known(raw.has_dc_id, raw.dc_id)), server_address(text(raw.server_address)),
          port(known(raw.has_port, raw.port)), api_id(known(raw.has_api_id, raw.api_id)),
          test_mode(known(raw.has_test_mode, raw.test_mode)), auth_key(key(raw.auth_key)),
          date(known(raw.has_date, raw.date)), user_id(known(raw.has_user_id, raw.user_id)),
          is_bot(known(raw.has_is_bot, raw.is_bot)), takeout_id(known(raw.has_takeout_id, raw.takeout_id)),
          tmp_auth_key(key(raw.tmp_auth_key)) {}

    /// Copies some fields from other data; those that are absent there become absent.
    void assign(const session_data &other, field which) {
        const auto take = [&](field one, auto session_data::*member) {
            if (has(which, one)) {
                this->*member = other.*member;
            }
        };
        take(field::dc_id, &session_data::dc_id);
        take(field::server_address, &session_data::server_address);
        take(field::port, &session_data::port);
        take(field::api_id, &session_data::api_id);
        take(field::test_mode, &session_data::test_mode);
        take(field::auth_key, &session_data::auth_key);
        take(field::date, &session_data::date);
        take(field::user_id, &session_data::user_id);
        take(field::is_bot, &session_data::is_bot);
        take(field::takeout_id, &session_data::takeout_id);
        take(field::tmp_auth_key, &session_data::tmp_auth_key);
    }

    /// As C takes it; it points into this object.
    tgs_session_data raw() const {
        if (server_address && server_address->find('\0') != std::string::npos) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, "server_address has a NUL character in it");
        }
        tgs_session_data made{};
        made.size = sizeof made;
        made.server_address = server_address ? server_address->c_str() : nullptr;
        made.auth_key = auth_key ? auth_key->data() : nullptr;
        made.tmp_auth_key = tmp_auth_key ? tmp_auth_key->data() : nullptr;
        put(dc_id, made.dc_id, made.has_dc_id);
        put(port, made.port, made.has_port);
        put(api_id, made.api_id, made.has_api_id);
        put(test_mode, made.test_mode, made.has_test_mode);
        put(date, made.date, made.has_date);
        put(user_id, made.user_id, made.has_user_id);
        put(is_bot, made.is_bot, made.has_is_bot);
        put(takeout_id, made.takeout_id, made.has_takeout_id);
        return made;
    }

private:
    template <class T>
    static std::optional<T> known(bool has_it, T value) noexcept {
        return has_it ? std::optional<T>(value) : std::nullopt;
    }
    static std::optional<std::string> text(const char *given) {
        return given != nullptr ? std::optional<std::string>(given) : std::nullopt;
    }
    static std::optional<tgs::auth_key> key(const std::uint8_t *given) {
        return given != nullptr ? std::optional<tgs::auth_key>(span<std::uint8_t>(given, TGS_AUTH_KEY_LEN))
                                : std::nullopt;
    }
    template <class T>
    static void put(const std::optional<T> &value, T &place, bool &has_it) noexcept {
        has_it = value.has_value();
        place = value.value_or(T{});
    }
};

} // namespace tgs

#endif
