// The data centres of a login. Part of tgsession.hpp.
#ifndef TGSESSION_DATA_CENTER_HPP
#define TGSESSION_DATA_CENTER_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tgsession.h"
#include "report.hpp"
#include "session_data.hpp"
#include "sized.hpp"
#include "text.hpp"

namespace tgs {

/// Where a data centre is reached. Whether it is a test server, session::test_mode() tells.
struct dc_address {
    std::string server_address;
    std::uint16_t port = 0;
    bool is_media_only = false;
};

/// What a login has at a data centre.
struct data_center {
    std::int32_t id = 0;
    /// They are wiped when they go.
    std::optional<tgs::auth_key> auth_key, tmp_auth_key;
    std::optional<std::int64_t> tmp_expires_at;
    std::vector<dc_address> addresses;

    data_center() = default;
    explicit data_center(const tgs_dc &raw)
        : id(raw.dc_id), auth_key(key(raw.auth_key)), tmp_auth_key(key(raw.tmp_auth_key)),
          tmp_expires_at(raw.has_tmp_expires_at ? std::optional(raw.tmp_expires_at) : std::nullopt) {
        for (const tgs_dc_address &one : span<tgs_dc_address>(raw.addresses, raw.address_count)) {
            addresses.push_back({one.server_address, one.port, one.is_media_only});
        }
    }

private:
    static std::optional<tgs::auth_key> key(const std::uint8_t *given) {
        return given != nullptr ? std::optional<tgs::auth_key>(span<std::uint8_t>(given, TGS_AUTH_KEY_LEN))
                                : std::nullopt;
    }
};

namespace detail {

/// A data centre as C takes it; it points into what it was made of.
class raw_dc {
public:
    explicit raw_dc(const data_center &given) {
        for (const dc_address &one : given.addresses) {
            if (one.server_address.find('\0') != std::string::npos) {
                throw error(TGS_ERROR_INVALID_ARGUMENT, "server_address has a NUL character in it");
            }
            addresses_.push_back({sizeof(tgs_dc_address), one.server_address.c_str(), one.port, one.is_media_only});
        }
        raw_.auth_key = given.auth_key ? given.auth_key->data() : nullptr;
        raw_.tmp_auth_key = given.tmp_auth_key ? given.tmp_auth_key->data() : nullptr;
        raw_.tmp_expires_at = given.tmp_expires_at.value_or(0);
        raw_.addresses = addresses_.data();
        raw_.address_count = addresses_.size();
        raw_.dc_id = given.id;
        raw_.has_tmp_expires_at = given.tmp_expires_at.has_value();
    }
    raw_dc(const raw_dc &) = delete;
    raw_dc &operator=(const raw_dc &) = delete;
    const tgs_dc *get() const noexcept { return &raw_; }

private:
    std::vector<tgs_dc_address> addresses_;
    tgs_dc raw_ = sized<tgs_dc>();
};

/// The numbers of a JSON array of them.
inline std::vector<std::int32_t> dc_ids(std::string_view json) {
    std::vector<std::int32_t> ids;
    for (const report_entry &entry : report(json)) {
        ids.push_back(static_cast<std::int32_t>(std::stol(entry.subject)));
    }
    return ids;
}

} // namespace detail

} // namespace tgs

#endif
