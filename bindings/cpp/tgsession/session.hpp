// Sessions. Part of tgsession.hpp.
#ifndef TGSESSION_SESSION_HPP
#define TGSESSION_SESSION_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tgsession.h"
#include "bytes.hpp"
#include "counts.hpp"
#include "data_center.hpp"
#include "engine.hpp"
#include "options.hpp"
#include "peer.hpp"
#include "session_data.hpp"
#include "sized.hpp"
#include "text.hpp"
#include "update_state.hpp"

namespace tgs {

/// An open session.
class session {
public:
    /// Opens a path, ":memory:" or a session string.
    explicit session(std::string_view location, const options &options = {})
        : session(opened(tgs_open, location, options)) {}
    static session open_string(std::string_view text, const options &options = {}) {
        return session(opened(tgs_open_string, text, options));
    }
    /// Opens a client's file, or JSON, that is in memory: what to_bytes() gave, or the content of a file.
    static session open_bytes(span<std::uint8_t> bytes, const options &options = {}) {
        return session(opened(options, [&](tgs_options *made, tgs_session **handle, tgs_error **e) {
            return tgs_open_bytes(not_null(bytes), bytes.size(), made, handle, e);
        }));
    }
    /// Opens an age file that has a passphrase, in memory. Another passphrase is TGS_ERROR_WRONG_KEY.
    static session open_age_passphrase(span<std::uint8_t> bytes, std::string_view passphrase, const options &options = {}) {
        const detail::c_text secret(passphrase, "the passphrase");
        return open_age(bytes, secret.get(), nullptr, options);
    }
    /// Opens an age file that is encrypted to recipients, in memory. `identity` is the text of an identity file.
    static session open_age_identity(span<std::uint8_t> bytes, std::string_view identity, const options &options = {}) {
        const detail::c_text secret(identity, "the identity");
        return open_age(bytes, nullptr, secret.get(), options);
    }
    /// Opens a session in a storage engine of your own; a std::unique_ptr will do. The engine is let go when the session
    /// is closed and no call is under way any more.
    static session open_engine(std::shared_ptr<engine> engine, const options &options = {}) {
        if (!engine) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, "there is no engine");
        }
        const detail::c_text location(engine->location(), "the engine's location");
        lease_store *const leases = engine->leases();
        value_store *const values = engine->values();
        auto context = std::make_unique<detail::engine_context>(detail::engine_context{std::move(engine), leases, values});
        const tgs_engine table = detail::engine_table(*context, location.get());
        session made(opened(options, [&](tgs_options *given, tgs_session **handle, tgs_error **e) {
            return tgs_open_engine(&table, given, handle, e);
        }));
        (void)context.release(); // the library's now, until `destroy`
        return made;
    }

    session(session &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    session &operator=(session &&other) noexcept {
        if (this != &other) {
            close();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~session() { close(); }

    /// Any thread may close it; the calls of the others fail from then on. Closing twice does no harm. The handle stays
    /// what it is, since other threads may be reading it: the library never gives its number out again.
    void close() const noexcept { tgs_close(handle_); }
    void save() const { call(tgs_save); }
    void delete_() const { call(tgs_delete); }
    /// Encrypts the file anew, in one transaction. Only an encrypted file has a passphrase to change.
    void change_passphrase(std::string_view value) const {
        const detail::c_text passphrase(value, "passphrase");
        call(tgs_change_passphrase, passphrase.get());
    }
    /// The same with a key of 32 bytes.
    void change_encryption_key(const std::vector<std::uint8_t> &key) const {
        call(tgs_change_encryption_key, key.data(), key.size());
    }
    text format() const { return text_of(tgs_get_format).value(); }

    std::optional<std::int32_t> dc_id() const { return get(tgs_get_dc_id); }
    std::optional<text> server_address() const { return text_of(tgs_get_server_address); }
    std::optional<std::uint16_t> port() const { return get(tgs_get_port); }
    std::optional<std::int32_t> api_id() const { return get(tgs_get_api_id); }
    std::optional<bool> test_mode() const { return get(tgs_get_test_mode); }
    std::optional<tgs::auth_key> auth_key() const { return key(tgs_get_auth_key); }
    std::optional<std::int64_t> date() const { return get(tgs_get_date); }
    std::optional<std::int64_t> user_id() const { return get(tgs_get_user_id); }
    std::optional<bool> is_bot() const { return get(tgs_get_is_bot); }
    std::optional<std::int64_t> takeout_id() const { return get(tgs_get_takeout_id); }
    std::optional<tgs::auth_key> tmp_auth_key() const { return key(tgs_get_tmp_auth_key); }

    void set_dc_id(std::optional<std::int32_t> value) const { set(tgs_set_dc_id, value); }
    void set_server_address(std::optional<std::string_view> value) const {
        std::optional<detail::c_text> text;
        if (value) {
            text.emplace(*value, "server_address");
        }
        call(tgs_set_server_address, text ? text->get() : nullptr);
    }
    void set_port(std::optional<std::uint16_t> value) const { set(tgs_set_port, value); }
    void set_api_id(std::optional<std::int32_t> value) const { set(tgs_set_api_id, value); }
    void set_test_mode(std::optional<bool> value) const { set(tgs_set_test_mode, value); }
    /// Another size than TGS_AUTH_KEY_LEN is an error.
    void set_auth_key(span<std::uint8_t> bytes) const { call(tgs_set_auth_key, not_null(bytes), bytes.size()); }
    void set_auth_key(std::nullopt_t) const { call(tgs_set_auth_key, nullptr, std::size_t{0}); }
    void set_date(std::optional<std::int64_t> value) const { set(tgs_set_date, value); }
    void set_user_id(std::optional<std::int64_t> value) const { set(tgs_set_user_id, value); }
    void set_is_bot(std::optional<bool> value) const { set(tgs_set_is_bot, value); }
    void set_takeout_id(std::optional<std::int64_t> value) const { set(tgs_set_takeout_id, value); }
    void set_tmp_auth_key(span<std::uint8_t> bytes) const { call(tgs_set_tmp_auth_key, not_null(bytes), bytes.size()); }
    void set_tmp_auth_key(std::nullopt_t) const { call(tgs_set_tmp_auth_key, nullptr, std::size_t{0}); }
    /// All fields at once, as they are at one moment.
    tgs::session_data get_session_data() const {
        const tgs_session_data *data = nullptr;
        call(tgs_get_session_data, &data);
        const std::unique_ptr<const tgs_session_data, void (*)(const tgs_session_data *)> owner(data, tgs_session_data_free);
        return tgs::session_data(*data);
    }
    /// All of them, or none: `session.set_session_data(data, tgs::field::dc_id | tgs::field::auth_key)`.
    void set_session_data(const session_data &data, field which) const {
        const tgs_session_data raw = data.raw();
        call(tgs_set_session_data, &raw, static_cast<std::uint32_t>(which));
    }

    /// All of them, or none.
    void update_peers(span<peer> peers) const {
        call(tgs_update_peers, static_cast<const tgs_peer *>(peers.data()), peers.size());
    }
    /// Changes what is told of peers, and leaves the rest as the session has it: all of them, or none. What was not called
    /// of a tgs::peer is not told; usernames({}), phone_number("") and name("") say that there is none.
    void merge_peers(span<peer> peers) const {
        call(tgs_merge_peers, static_cast<const tgs_peer *>(peers.data()), peers.size());
    }
    /// All of them, or none. An id that no peer has is ignored.
    void delete_peers(span<std::int64_t> ids) const { call(tgs_delete_peers, ids.data(), ids.size()); }
    void delete_all_peers() const { call(tgs_delete_all_peers); }
    /// Deletes the peers that were last seen before a time in Unix seconds, and all but so many that were seen last, and tells
    /// how many; one of both has to be there. With a type other than unknown, only peers of that type are counted and deleted.
    /// The account itself, update states and sent files stay.
    std::uint64_t prune_peers(std::optional<std::int64_t> seen_before, std::optional<std::int64_t> keep_newest,
                              peer_type type = peer_type::unknown) const {
        std::uint64_t removed = 0;
        call(tgs_prune_peers, seen_before.value_or(0), static_cast<std::int32_t>(type), keep_newest.value_or(-1), &removed);
        return removed;
    }
    /// Gives the room in its SQLite file that nothing is in back to the file system, and tells how many bytes: about max_bytes in
    /// one call, all of it with 0. Call it until it tells 0. A file without incremental auto_vacuum can only be written
    /// anew as a whole, while other programs wait; that is TGS_ERROR_UNSUPPORTED where it takes more than max_bytes.
    std::int64_t compact(std::int64_t max_bytes = 0) const {
        std::int64_t freed = 0;
        call(tgs_compact, max_bytes, &freed);
        return freed;
    }
    /// Many in one call, each at the place of its id.
    std::vector<std::optional<input_peer>> peers_by_ids(span<std::int64_t> ids) const {
        auto raw = detail::sized<tgs_input_peer>(ids.size());
        call(tgs_get_peers, ids.data(), ids.size(), raw.data());
        std::vector<std::optional<input_peer>> found;
        found.reserve(raw.size());
        for (const tgs_input_peer &peer : raw) {
            found.push_back(peer.id != 0 ? std::optional<input_peer>(peer) : std::nullopt);
        }
        return found;
    }
    std::optional<input_peer> peer_by_id(std::int64_t id) const {
        auto raw = detail::sized<tgs_input_peer>();
        return call(tgs_get_peer_by_id, id, &raw) ? std::optional<input_peer>(raw) : std::nullopt;
    }
    username_lookup peer_by_username(std::string_view username) const {
        const detail::c_text text(username, "username");
        detail::outcome outcome;
        auto raw = detail::sized<tgs_input_peer>();
        const tgs_status status = tgs_get_peer_by_username(handle_, text.get(), &raw, outcome.place());
        if (outcome.done(status)) {
            return {found::yes, input_peer(raw)};
        }
        return {status == TGS_EXPIRED ? found::expired : found::no, std::nullopt};
    }
    /// By its display name, written exactly as it is.
    std::optional<input_peer> peer_by_name(std::string_view name) const {
        const detail::c_text text(name, "name");
        auto raw = detail::sized<tgs_input_peer>();
        return call(tgs_get_peer_by_name, text.get(), &raw) ? std::optional<input_peer>(raw) : std::nullopt;
    }
    std::optional<input_peer> peer_by_phone_number(std::string_view phone_number) const {
        const detail::c_text text(phone_number, "phone_number");
        auto raw = detail::sized<tgs_input_peer>();
        return call(tgs_get_peer_by_phone_number, text.get(), &raw) ? std::optional<input_peer>(raw) : std::nullopt;
    }
    /// All peers as they are now, in ascending order of their ids.
    peer_range peers() const { return peers(nullptr, 0); }
    /// Those with the given marked ids; none for none.
    peer_range peers(span<std::int64_t> ids) const {
        static constexpr std::int64_t nobody = 0;
        return ids.empty() ? peers(&nobody, 1) : peers(ids.data(), ids.size());
    }

    std::vector<tgs::update_state> update_states() const {
        const auto raw = all<tgs_update_state>(tgs_get_update_states);
        return {raw.begin(), raw.end()};
    }
    /// One of them: 0 for the account, else the marked id of a channel.
    std::optional<tgs::update_state> update_state(std::int64_t id) const {
        auto raw = detail::sized<tgs_update_state>();
        return call(tgs_get_update_state, id, &raw) ? std::optional<tgs::update_state>(raw) : std::nullopt;
    }
    void set_update_states(span<tgs::update_state> states) const {
        const auto raw = detail::raw_states(states);
        call(tgs_set_update_states, raw.data(), raw.size());
    }
    void delete_update_state(std::int64_t id) const { call(tgs_delete_update_state, id); }

    std::vector<tgs::sent_file> sent_files() const {
        const auto raw = all<tgs_sent_file>(tgs_get_sent_files);
        return {raw.begin(), raw.end()};
    }
    std::optional<tgs::sent_file> sent_file(const md5 &hash, std::int64_t size, std::int32_t type) const {
        auto raw = detail::sized<tgs_sent_file>();
        return call(tgs_get_sent_file, hash.data(), size, type, &raw) ? std::optional<tgs::sent_file>(raw) : std::nullopt;
    }
    void cache_sent_files(span<tgs::sent_file> files) const {
        call(tgs_cache_sent_files, static_cast<const tgs_sent_file *>(files.data()), files.size());
    }

    /// A value of your own that you keep beside; nothing if there is none of that name.
    std::optional<bytes> value(std::string_view name) const {
        const detail::c_text text(name, "name");
        std::uint8_t *owned = nullptr;
        std::size_t size = 0;
        return call(tgs_get_value, text.get(), &owned, &size) ? std::optional<bytes>(bytes(owned, size)) : std::nullopt;
    }
    /// Sets it, or replaces it.
    void set_value(std::string_view name, span<std::uint8_t> bytes) const {
        const detail::c_text text(name, "name");
        call(tgs_set_value, text.get(), bytes.data(), bytes.size());
    }
    /// Removes it; it need not be there.
    void delete_value(std::string_view name) const {
        const detail::c_text text(name, "name");
        call(tgs_delete_value, text.get());
    }
    /// The names of the values: a JSON array, in ascending order. tgs::report reads it.
    text list_values() const { return text_of(tgs_list_values).value(); }

    /// What the login has at a data centre; nothing if nothing is known. Of the home one, the keys and the first address are
    /// those of the fields.
    std::optional<tgs::data_center> data_center(std::int32_t id) const {
        const tgs_dc *found = nullptr;
        const bool is_known = call(tgs_get_dc, id, &found);
        const std::unique_ptr<const tgs_dc, void (*)(const tgs_dc *)> owner(found, tgs_dc_free);
        return is_known ? std::optional<tgs::data_center>(*found) : std::nullopt;
    }
    /// Replaces what is known. Of the home one, the keys that are given are written to the fields, and the others stay there.
    void set_data_center(const tgs::data_center &dc) const {
        const detail::raw_dc raw(dc);
        call(tgs_set_dc, raw.get());
    }
    /// Removes what is known, if anything is. The fields of the home one stay.
    void delete_data_center(std::int32_t id) const { call(tgs_delete_dc, id); }
    /// Those of which something is known, in ascending order: the home one too.
    std::vector<std::int32_t> data_center_ids() const { return detail::dc_ids(text_of(tgs_list_dcs).value()); }

    /// How many rows of each kind there are.
    tgs::counts counts() const {
        auto raw = detail::sized<tgs_counts>();
        call(tgs_get_counts, &raw);
        return {raw.peers, raw.usernames, raw.update_states, raw.sent_files, raw.values};
    }

    /// The whole login in one text. `report` receives as JSON what the string holds.
    text export_session_string(std::string_view format, text *report = nullptr) const {
        const detail::c_text name(format, "format");
        char *string = nullptr, *json = nullptr;
        call(tgs_export_session_string, name.get(), &string, report != nullptr ? &json : nullptr);
        if (report != nullptr) {
            *report = text(json);
        }
        return text(string);
    }
    /// Copies everything to another session; answers what became of each part, as JSON.
    /// `overrides` are values that you know, like "user_id=123456"; they win over this session's. Of the options only
    /// keep_foreign_tables() counts.
    text convert_to(const session &target, span<const char *> overrides = {}, const options &with = {}) const {
        const auto made = with.make();
        char *report = nullptr;
        call(tgs_convert_with_options, target.handle_, made.get(), overrides.data(), overrides.size(), &report);
        return text(report);
    }
    /// Writes the session as a new file of another client ("gotd", "gogram", "grammers", "mtcute", "grammers-sqlite"), or as its
    /// folder ("storesession", "tdata"); answers what became of each part, as JSON. A file that is there is never written over.
    /// `overrides` are as for convert_to(). Of the options only the passcode counts: that of a new tdata.
    text export_file(std::string_view format, std::string_view path, span<const char *> overrides = {},
                     const options &with = {}) const {
        const detail::c_text name(format, "format"), place(path, "path");
        const auto made = with.make();
        char *report = nullptr;
        call(tgs_export_file_with_options, name.get(), place.get(), made.get(), overrides.data(), overrides.size(), &report);
        return text(report);
    }
    /// The whole session as a client's file, in its own layout unless you name another.
    bytes to_bytes(std::optional<std::string_view> format = std::nullopt, bool compress = false) const {
        std::optional<detail::c_text> name;
        if (format) {
            name.emplace(*format, "format");
        }
        std::uint8_t *owned = nullptr;
        std::size_t size = 0;
        call(tgs_to_bytes, name ? name->get() : nullptr, compress, &owned, &size);
        return bytes(owned, size);
    }
    /// The whole session as an age file with a passphrase, which `age -d` decrypts to a client's file.
    bytes to_age_passphrase(std::string_view passphrase, std::optional<std::string_view> format = std::nullopt) const {
        const detail::c_text secret(passphrase, "the passphrase");
        return to_age(secret.get(), {}, format);
    }
    /// The whole session as an age file that each of the recipients ("age1…") can decrypt.
    bytes to_age_recipients(span<const char *> recipients, std::optional<std::string_view> format = std::nullopt) const {
        return to_age(nullptr, recipients, format);
    }
    /// How often this object has changed the session.
    std::uint64_t change_count() const {
        std::uint64_t count = 0;
        call(tgs_change_count, &count);
        return count;
    }
    /// JSON without the key, unless it is asked for.
    text inspect(bool show_secrets = false) const {
        char *description = nullptr;
        call(tgs_inspect, show_secrets, &description);
        return text(description);
    }

    /// The handle, for functions of tgsession.h. It stays this object's; NULL after a move.
    tgs_session *handle() const noexcept { return handle_; }

private:
    using open_function = tgs_status(const char *, const tgs_options *, tgs_session **, tgs_error **);

    explicit session(tgs_session *handle) noexcept : handle_(handle) {}

    static tgs_session *opened(open_function *open, std::string_view location, const options &options) {
        const detail::c_text text(location, "location");
        return opened(options, [&](tgs_options *made, tgs_session **handle, tgs_error **e) {
            return open(text.get(), made, handle, e);
        });
    }
    template <class Open>
    static tgs_session *opened(const options &options, Open &&open) {
        if (tgs_abi_version() != TGS_ABI_VERSION) {
            throw error(TGS_ERROR_UNSUPPORTED, "tgsession.h is of ABI " + std::to_string(TGS_ABI_VERSION)
                                                   + ", the library of " + std::to_string(tgs_abi_version()));
        }
        const auto made = options.make();
        tgs_session *handle = nullptr;
        detail::done([&](tgs_error **e) { return open(made.get(), &handle, e); });
        return handle;
    }

    static session open_age(span<std::uint8_t> bytes, const char *passphrase, const char *identity, const options &options) {
        return session(opened(options, [&](tgs_options *made, tgs_session **handle, tgs_error **e) {
            return tgs_open_age(not_null(bytes), bytes.size(), passphrase, identity, made, handle, e);
        }));
    }
    bytes to_age(const char *passphrase, span<const char *> recipients, std::optional<std::string_view> format) const {
        std::optional<detail::c_text> name;
        if (format) {
            name.emplace(*format, "format");
        }
        std::uint8_t *owned = nullptr;
        std::size_t size = 0;
        call(tgs_to_age, name ? name->get() : nullptr, passphrase, recipients.data(), recipients.size(), &owned, &size);
        return bytes(owned, size);
    }

    template <class Function, class... Arguments>
    bool call(Function *function, Arguments... arguments) const {
        return detail::done([&](tgs_error **e) { return function(handle_, arguments..., e); });
    }
    template <class T>
    std::optional<T> get(tgs_status (*getter)(const tgs_session *, T *, tgs_error **)) const {
        T value;
        return call(getter, &value) ? std::optional<T>(value) : std::nullopt;
    }
    template <class T>
    void set(tgs_status (*setter)(tgs_session *, const T *, tgs_error **), std::optional<T> value) const {
        call(setter, value ? &*value : nullptr);
    }
    std::optional<text> text_of(tgs_status (*getter)(const tgs_session *, char **, tgs_error **)) const {
        char *value = nullptr;
        return call(getter, &value) ? std::optional<text>(text(value)) : std::nullopt;
    }
    std::optional<tgs::auth_key> key(tgs_status (*getter)(const tgs_session *, std::uint8_t *, std::size_t,
                                                          tgs_error **)) const {
        tgs::auth_key key;
        return call(getter, key.data(), key.size()) ? std::optional<tgs::auth_key>(key) : std::nullopt;
    }
    peer_range peers(const std::int64_t *ids, std::size_t count) const {
        tgs_peer_iter *iter = nullptr;
        call(tgs_peer_iter_new, ids, count, &iter);
        return peer_range(iter);
    }
    /// Reads all rows: calls again if rows were added between the calls.
    template <class T>
    std::vector<T> all(tgs_status (*reader)(const tgs_session *, T *, std::size_t, std::size_t *, tgs_error **)) const {
        std::vector<T> values;
        std::size_t count = 0;
        do {
            values = detail::sized<T>(count);
            call(reader, values.data(), values.size(), &count);
        } while (count > values.size());
        values.resize(count);
        return values;
    }
    /// An empty span is a key of a wrong length, or bytes of nothing: NULL would be absent.
    static const std::uint8_t *not_null(span<std::uint8_t> bytes) noexcept {
        static constexpr std::uint8_t nothing = 0;
        return bytes.data() != nullptr ? bytes.data() : &nothing;
    }

    tgs_session *handle_;
};

/// Opens a session without throwing on failure.
inline result<session> try_open(std::string_view location, const options &options = {}) {
    return attempt([&] { return session(location, options); });
}

} // namespace tgs

#endif
