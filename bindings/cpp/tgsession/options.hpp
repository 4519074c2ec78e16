// How a session is opened. Part of tgsession.hpp.
#ifndef TGSESSION_OPTIONS_HPP
#define TGSESSION_OPTIONS_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tgsession.h"
#include "text.hpp"

namespace tgs {

/// How a session is opened: `tgs::options().read_only().busy_timeout(std::chrono::seconds(1))`. Wrong values are errors
/// when a session is opened with them.
class options {
public:
    options &read_only(bool value = true) noexcept { read_only_ = value; return *this; }
    options &create(bool value = true) noexcept { create_ = value; return *this; }
    options &format(std::string_view value) { format_ = value; has_format_ = true; return *this; }
    /// What the session has, like "pyrogram-1": one that has another format is refused.
    options &expected_format(std::string_view value) { expected_format_ = std::string(value); return *this; }
    options &wal(bool value = true) noexcept { wal_ = value; return *this; }
    /// A SQLite file is the session's alone while it is open: reading needs no lock, and others find it locked.
    options &exclusive(bool value = true) noexcept { exclusive_ = value; return *this; }
    options &busy_timeout(std::chrono::milliseconds value) noexcept { busy_timeout_ = value; return *this; }
    options &max_bytes(std::uint64_t value) noexcept { max_bytes_ = value; return *this; }
    /// How many answers of lookups, fields and update states of a SQLite file are kept in memory: 0 for none. Without it 10,000
    /// are, and of lookups those that are asked for again.
    options &cache_size(std::uint32_t value) noexcept { cache_size_ = value; return *this; }
    options &username_expiry(std::chrono::seconds value) noexcept { expiry_ = value.count(); return *this; }
    options &username_expiry_never() noexcept { expiry_ = TGS_USERNAME_EXPIRY_NEVER; return *this; }
    options &username_expiry_as_client() noexcept { expiry_ = TGS_USERNAME_EXPIRY_AS_CLIENT; return *this; }
    /// Without an owner, others are shown the process and the host; 0 seconds means the default.
    options &lease(std::optional<std::string_view> owner = std::nullopt,
                   std::chrono::seconds duration = std::chrono::seconds(0)) {
        lease_ = {true, owner ? std::optional<std::string>(*owner) : std::nullopt, duration};
        return *this;
    }
    /// Of an encrypted file, or of a file that is created. The copy in here is not overwritten when it is freed:
    /// keep the options no longer than you need them.
    options &passphrase(std::string_view value) {
        passphrase_ = std::string(value);
        encryption_key_.reset();
        return *this;
    }
    /// 32 bytes in place of a passphrase, or 48 with the salt.
    options &encryption_key(const std::vector<std::uint8_t> &value) {
        encryption_key_ = value;
        passphrase_.reset();
        return *this;
    }
    /// Of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog, the api_hash or
    /// session_key of a session of WTelegramClient, the SessionAESKey of gogram. An empty one is a key, too.
    options &database_key(const std::vector<std::uint8_t> &value) { database_key_ = value; return *this; }
    /// Of Telegram Desktop's tdata, as it is typed.
    options &passcode(std::string_view value) { passcode_ = std::string(value); return *this; }
    /// Of Telegram Desktop's tdata: the account's index there, from 0, or its user id. Without it, the one that it shows.
    options &account(std::int64_t value) { account_ = value; return *this; }
    /// For session::convert_to(): takes along the tables of other programs in the source's file, into a SQLite file.
    options &keep_foreign_tables(bool value = true) noexcept { keep_foreign_tables_ = value; return *this; }
    options &no_lease() noexcept { lease_ = {}; return *this; }

private:
    friend class session;
    struct free {
        void operator()(tgs_options *owned) const noexcept { tgs_options_free(owned); }
    };
    using handle = std::unique_ptr<tgs_options, free>;

    handle make() const {
        handle made(tgs_options_new());
        using detail::done;
        done([&](tgs_error **e) { return tgs_options_set_read_only(made.get(), read_only_, e); });
        done([&](tgs_error **e) { return tgs_options_set_create(made.get(), create_, e); });
        done([&](tgs_error **e) { return tgs_options_set_wal(made.get(), wal_, e); });
        done([&](tgs_error **e) { return tgs_options_set_exclusive(made.get(), exclusive_, e); });
        done([&](tgs_error **e) { return tgs_options_set_username_expiry(made.get(), expiry_, e); });
        if (has_format_) {
            const detail::c_text format(format_, "format");
            done([&](tgs_error **e) { return tgs_options_set_format(made.get(), format.get(), e); });
        }
        if (expected_format_) {
            const detail::c_text expected(*expected_format_, "expected_format");
            done([&](tgs_error **e) { return tgs_options_set_expected_format(made.get(), expected.get(), e); });
        }
        if (busy_timeout_) {
            const auto milliseconds = checked(busy_timeout_->count(), "busy_timeout");
            done([&](tgs_error **e) { return tgs_options_set_busy_timeout(made.get(), milliseconds, e); });
        }
        if (max_bytes_) {
            done([&](tgs_error **e) { return tgs_options_set_max_bytes(made.get(), *max_bytes_, e); });
        }
        if (cache_size_) {
            done([&](tgs_error **e) { return tgs_options_set_cache_size(made.get(), *cache_size_, e); });
        }
        if (passphrase_) {
            const detail::c_text passphrase(*passphrase_, "passphrase");
            done([&](tgs_error **e) { return tgs_options_set_passphrase(made.get(), passphrase.get(), e); });
        }
        if (encryption_key_) {
            const auto &key = *encryption_key_;
            if (key.empty()) { // without a pointer it would mean no key
                throw error(TGS_ERROR_INVALID_ARGUMENT, "the encryption key is empty");
            }
            done([&](tgs_error **e) {
                return tgs_options_set_encryption_key(made.get(), key.data(), key.size(), e);
            });
        }
        if (database_key_) {
            const std::uint8_t none = 0; // an empty vector may have no pointer, which would mean no key
            const auto &key = *database_key_;
            done([&](tgs_error **e) {
                return tgs_options_set_database_key(made.get(), key.empty() ? &none : key.data(), key.size(), e);
            });
        }
        if (passcode_) {
            const detail::c_text passcode(*passcode_, "passcode");
            done([&](tgs_error **e) { return tgs_options_set_passcode(made.get(), passcode.get(), e); });
        }
        if (account_) {
            done([&](tgs_error **e) { return tgs_options_set_account(made.get(), &*account_, e); });
        }
        done([&](tgs_error **e) { return tgs_options_set_keep_foreign_tables(made.get(), keep_foreign_tables_, e); });
        if (lease_.wanted) {
            set_lease(made.get());
        }
        return made;
    }
    void set_lease(tgs_options *made) const {
        std::optional<detail::c_text> owner;
        if (lease_.owner) {
            owner.emplace(*lease_.owner, "the lease's owner");
        }
        const char *const name = owner ? owner->get() : nullptr;
        const auto seconds = checked(lease_.duration.count(), "the lease's duration");
        detail::done([&](tgs_error **e) { return tgs_options_set_lease(made, true, name, seconds, e); });
    }
    template <class Number>
    static std::uint32_t checked(Number value, const char *name) {
        if (value < 0 || value > UINT32_MAX) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, std::string(name) + " is out of range");
        }
        return static_cast<std::uint32_t>(value);
    }

    bool read_only_ = false;
    bool create_ = true;
    bool wal_ = false;
    bool exclusive_ = false;
    bool keep_foreign_tables_ = false;
    std::int64_t expiry_ = TGS_USERNAME_EXPIRY_AS_CLIENT;
    bool has_format_ = false;
    std::string format_;
    std::optional<std::string> expected_format_;
    std::optional<std::chrono::milliseconds> busy_timeout_;
    std::optional<std::uint64_t> max_bytes_;
    std::optional<std::uint32_t> cache_size_;
    std::optional<std::string> passphrase_;
    std::optional<std::vector<std::uint8_t>> encryption_key_;
    std::optional<std::vector<std::uint8_t>> database_key_;
    std::optional<std::string> passcode_;
    std::optional<std::int64_t> account_;
    struct {
        bool wanted = false;
        std::optional<std::string> owner = {};
        std::chrono::seconds duration{};
    } lease_;
};

} // namespace tgs

#endif
