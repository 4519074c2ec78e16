/* tgsession for C++17: a header over tgsession.h, which is the manual. What a function does, and which errors it has,
 * stands there, under the name with tgs_ before it.
 *
 * Failures are thrown as tgs::error. Absent is std::nullopt. tgs::try_open() and tgs::attempt() give a tgs::result
 * instead of throwing. Objects that own something are move-only; views live as long as their owner. A session may be
 * used, and closed, from any thread; it must not be moved or destroyed while another thread uses it. */
#ifndef TGSESSION_HPP
#define TGSESSION_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tgsession.h"

namespace tgs {

/* ---------- Errors ---------------------------------------------------------------------------------------------- */

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
    /// Throws the error where there is one.
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

/// A view as C takes it: with a NUL at its end. Short ones are not allocated. Wiped: it may be a session string.
class c_text {
public:
    c_text(std::string_view text, const char *name) {
        if (text.find('\0') != std::string_view::npos) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, std::string(name) + " has a NUL character in it");
        }
        size_ = text.size() + 1;
        if (size_ > sizeof buffer_) {
            long_ = std::make_unique<char[]>(size_);
        }
        if (!text.empty()) {
            std::memcpy(data(), text.data(), text.size());
        }
        data()[text.size()] = '\0';
    }
    c_text(const c_text &) = delete;
    c_text &operator=(const c_text &) = delete;
    ~c_text() {
        for (volatile char *at = data(); size_ > 0; --size_) {
            *at++ = 0;
        }
    }
    const char *get() const noexcept { return long_ ? long_.get() : buffer_; }

private:
    char *data() noexcept { return long_ ? long_.get() : buffer_; }
    std::size_t size_ = 0;
    std::unique_ptr<char[]> long_;
    char buffer_[120];
};

} // namespace detail

/* ---------- Values ---------------------------------------------------------------------------------------------- */

/// A pointer and a count: C++17 has no std::span. It owns nothing.
template <class T>
class span {
public:
    constexpr span() noexcept = default;
    constexpr span(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class Container, class = decltype(std::data(std::declval<const Container &>()))>
    constexpr span(const Container &container) noexcept : span(std::data(container), std::size(container)) {}
    constexpr span(std::initializer_list<T> list) noexcept : span(list.begin(), list.size()) {}

    constexpr const T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr const T *begin() const noexcept { return data_; }
    constexpr const T *end() const noexcept { return data_ + size_; }
    constexpr const T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// A text that the library gave. It is wiped when it goes.
class text {
public:
    text() = default;
    explicit text(char *owned) noexcept : owned_(owned) {}
    const char *c_str() const noexcept { return owned_ ? owned_.get() : ""; }
    std::string_view view() const noexcept { return c_str(); }
    operator std::string_view() const noexcept { return view(); }

private:
    struct free {
        void operator()(char *owned) const noexcept { tgs_string_free(owned); }
    };
    std::unique_ptr<char, free> owned_;
};

/// An auth key: the secret that is the login. It is wiped when it goes.
class auth_key {
public:
    auth_key() = default;
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

/// Where a data centre answers.
struct address {
    std::string server_address;
    std::uint16_t port;
};

enum class peer_type : std::int32_t {
    unknown = TGS_PEER_TYPE_UNKNOWN,
    user = TGS_PEER_TYPE_USER,
    bot = TGS_PEER_TYPE_BOT,
    group = TGS_PEER_TYPE_GROUP,
    channel = TGS_PEER_TYPE_CHANNEL,
    supergroup = TGS_PEER_TYPE_SUPERGROUP,
    forum = TGS_PEER_TYPE_FORUM,
    direct = TGS_PEER_TYPE_DIRECT,
    community = TGS_PEER_TYPE_COMMUNITY,
    other = TGS_PEER_TYPE_OTHER,
};

/// A peer to write: tgs_peer with names for its parts. Texts are NUL-terminated and are not copied: they must live
/// until the call. `tgs::peer(777000101).type(tgs::peer_type::user).access_hash(5).phone_number("99966110001")`
class peer : public tgs_peer {
public:
    explicit peer(std::int64_t marked_id) noexcept : tgs_peer{} {
        size = sizeof(tgs_peer);
        id = marked_id;
    }
    peer &type(peer_type value) noexcept { tgs_peer::type = static_cast<std::int32_t>(value); return *this; }
    peer &other_type(const char *value) noexcept { tgs_peer::type_name = value; return type(peer_type::other); }
    peer &access_hash(std::int64_t value) noexcept {
        tgs_peer::access_hash = value;
        has_access_hash = true;
        return *this;
    }
    peer &usernames(span<const char *> value) noexcept {
        tgs_peer::usernames = value.data();
        username_count = value.size();
        return *this;
    }
    peer &phone_number(const char *value) noexcept { tgs_peer::phone_number = value; return *this; }
    peer &name(const char *value) noexcept { tgs_peer::name = value; return *this; }
    peer &last_update_on(std::int64_t value) noexcept { tgs_peer::last_update_on = value; return *this; }
};
static_assert(sizeof(peer) == sizeof(tgs_peer), "an array of these is an array of those");

/// A peer that an iteration shows. It and its texts are there until the next step.
class peer_view {
public:
    std::int64_t id() const noexcept { return raw_->id; }
    peer_type type() const noexcept { return static_cast<peer_type>(raw_->type); }
    /// The name of a type that is peer_type::other.
    std::optional<std::string_view> type_name() const noexcept { return optional(raw_->type_name); }
    std::optional<std::int64_t> access_hash() const noexcept {
        return raw_->has_access_hash ? std::optional(raw_->access_hash) : std::nullopt;
    }
    std::size_t username_count() const noexcept { return raw_->username_count; }
    std::string_view username(std::size_t index) const noexcept { return raw_->usernames[index]; }
    span<const char *> usernames() const noexcept { return {raw_->usernames, raw_->username_count}; }
    std::optional<std::string_view> phone_number() const noexcept { return optional(raw_->phone_number); }
    std::optional<std::string_view> name() const noexcept { return optional(raw_->name); }
    std::optional<std::int64_t> last_update_on() const noexcept {
        return raw_->last_update_on != 0 ? std::optional(raw_->last_update_on) : std::nullopt;
    }
    const tgs_peer &raw() const noexcept { return *raw_; }

private:
    friend class peer_range;
    static std::optional<std::string_view> optional(const char *text) noexcept {
        return text != nullptr ? std::optional<std::string_view>(text) : std::nullopt;
    }
    const tgs_peer *raw_ = nullptr;
};

/// Whole peers, for one walk: `for (const tgs::peer_view &peer : session.peers())`. It may outlive its session.
class peer_range {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = peer_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const peer_view *;
        using reference = const peer_view &;
        reference operator*() const noexcept { return range_->shown_; }
        pointer operator->() const noexcept { return &range_->shown_; }
        iterator &operator++() {
            range_ = range_->step() ? range_ : nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(const iterator &other) const noexcept { return range_ == other.range_; }
        bool operator!=(const iterator &other) const noexcept { return range_ != other.range_; }

    private:
        friend class peer_range;
        explicit iterator(peer_range *range) noexcept : range_(range) {}
        peer_range *range_;
    };

    explicit peer_range(tgs_peer_iter *owned) noexcept : owned_(owned) {}
    /// Steps to the first peer that was not shown yet.
    iterator begin() { return ++iterator(this); }
    iterator end() noexcept { return iterator(nullptr); }

private:
    struct free {
        void operator()(tgs_peer_iter *owned) const noexcept { tgs_peer_iter_free(owned); }
    };
    bool step() {
        return detail::done([this](tgs_error **e) { return tgs_peer_iter_next(owned_.get(), &shown_.raw_, e); });
    }
    std::unique_ptr<tgs_peer_iter, free> owned_;
    peer_view shown_;
};

/// The answer of a lookup: as much as an InputPeer needs.
struct input_peer {
    std::int64_t id;
    std::int64_t bare_id;
    std::optional<std::int64_t> access_hash;
    std::optional<std::int64_t> last_update_on;
    peer_type type;

    explicit input_peer(const tgs_input_peer &raw) noexcept
        : id(raw.id), bare_id(raw.bare_id),
          access_hash(raw.has_access_hash ? std::optional(raw.access_hash) : std::nullopt),
          last_update_on(raw.last_update_on != 0 ? std::optional(raw.last_update_on) : std::nullopt),
          type(static_cast<peer_type>(raw.type)) {}
};

enum class found { yes, no, expired };

/// The answer of a lookup by username, which may be too old to be believed.
struct username_lookup {
    tgs::found found;
    std::optional<input_peer> peer; ///< only if `found` is yes
    explicit operator bool() const noexcept { return peer.has_value(); }
    const input_peer &operator*() const { return peer.value(); }
    const input_peer *operator->() const { return &peer.value(); }
};

/// How far updates were read: 0 for the account, else the marked id of a channel.
struct update_state {
    std::int64_t id = 0;
    std::optional<std::int64_t> pts, qts, date, seq;

    update_state() = default;
    explicit update_state(const tgs_update_state &raw) noexcept
        : id(raw.id), pts(known(raw.has_pts, raw.pts)), qts(known(raw.has_qts, raw.qts)),
          date(known(raw.has_date, raw.date)), seq(known(raw.has_seq, raw.seq)) {}
    tgs_update_state raw() const noexcept {
        return {id, pts.value_or(0), qts.value_or(0), date.value_or(0), seq.value_or(0),
                pts.has_value(), qts.has_value(), date.has_value(), seq.has_value()};
    }

private:
    static std::optional<std::int64_t> known(bool has, std::int64_t value) noexcept {
        return has ? std::optional(value) : std::nullopt;
    }
};

using sent_file = ::tgs_sent_file;
using md5 = std::array<std::uint8_t, 16>;

/* ---------- Options --------------------------------------------------------------------------------------------- */

/// How a session is opened: `tgs::options().read_only().busy_timeout(std::chrono::seconds(1))`. Wrong values are errors
/// when a session is opened with them.
class options {
public:
    options &read_only(bool value = true) noexcept { read_only_ = value; return *this; }
    options &create(bool value = true) noexcept { create_ = value; return *this; }
    options &format(std::string_view value) { format_ = value; has_format_ = true; return *this; }
    options &busy_timeout(std::chrono::milliseconds value) noexcept { busy_timeout_ = value; return *this; }
    options &username_expiry(std::chrono::seconds value) noexcept { expiry_ = value.count(); return *this; }
    options &username_expiry_never() noexcept { expiry_ = TGS_USERNAME_EXPIRY_NEVER; return *this; }
    options &username_expiry_as_client() noexcept { expiry_ = TGS_USERNAME_EXPIRY_AS_CLIENT; return *this; }

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
        done([&](tgs_error **e) { return tgs_options_set_username_expiry(made.get(), expiry_, e); });
        if (has_format_) {
            const detail::c_text format(format_, "format");
            done([&](tgs_error **e) { return tgs_options_set_format(made.get(), format.get(), e); });
        }
        if (busy_timeout_) {
            const std::uint32_t milliseconds = checked(*busy_timeout_);
            done([&](tgs_error **e) { return tgs_options_set_busy_timeout(made.get(), milliseconds, e); });
        }
        return made;
    }
    static std::uint32_t checked(std::chrono::milliseconds value) {
        if (value.count() < 0 || value.count() > UINT32_MAX) {
            throw error(TGS_ERROR_INVALID_ARGUMENT, "busy_timeout is out of range");
        }
        return static_cast<std::uint32_t>(value.count());
    }

    bool read_only_ = false;
    bool create_ = true;
    std::int64_t expiry_ = TGS_USERNAME_EXPIRY_AS_CLIENT;
    bool has_format_ = false;
    std::string format_;
    std::optional<std::chrono::milliseconds> busy_timeout_;
};

/* ---------- Sessions -------------------------------------------------------------------------------------------- */

/// An open session.
class session {
public:
    /// Opens a path, ":memory:" or a session string.
    explicit session(std::string_view location, const options &options = {})
        : session(opened(tgs_open, location, options)) {}
    static session open_string(std::string_view text, const options &options = {}) {
        return session(opened(tgs_open_string, text, options));
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

    /// All of them, or none.
    void update_peers(span<peer> peers) const {
        call(tgs_update_peers, static_cast<const tgs_peer *>(peers.data()), peers.size());
    }
    std::optional<input_peer> peer_by_id(std::int64_t id) const {
        tgs_input_peer raw;
        return call(tgs_get_peer_by_id, id, &raw) ? std::optional<input_peer>(raw) : std::nullopt;
    }
    username_lookup peer_by_username(std::string_view username) const {
        const detail::c_text text(username, "username");
        detail::outcome outcome;
        tgs_input_peer raw;
        const tgs_status status = tgs_get_peer_by_username(handle_, text.get(), &raw, outcome.place());
        if (outcome.done(status)) {
            return {found::yes, input_peer(raw)};
        }
        return {status == TGS_EXPIRED ? found::expired : found::no, std::nullopt};
    }
    std::optional<input_peer> peer_by_phone_number(std::string_view phone_number) const {
        const detail::c_text text(phone_number, "phone_number");
        tgs_input_peer raw;
        return call(tgs_get_peer_by_phone_number, text.get(), &raw) ? std::optional<input_peer>(raw) : std::nullopt;
    }
    /// All peers as they are now, in ascending order of their ids.
    peer_range peers() const { return peers(nullptr, 0); }
    /// Those with the given marked ids; none for none.
    peer_range peers(span<std::int64_t> ids) const {
        static constexpr std::int64_t nobody = 0;
        return ids.empty() ? peers(&nobody, 1) : peers(ids.data(), ids.size());
    }

    std::vector<update_state> update_states() const {
        const auto raw = all<tgs_update_state>(tgs_get_update_states);
        return {raw.begin(), raw.end()};
    }
    void set_update_states(span<update_state> states) const {
        std::vector<tgs_update_state> raw;
        for (const update_state &state : states) {
            raw.push_back(state.raw());
        }
        call(tgs_set_update_states, raw.data(), raw.size());
    }
    void delete_update_state(std::int64_t id) const { call(tgs_delete_update_state, id); }

    std::vector<tgs::sent_file> sent_files() const { return all<tgs::sent_file>(tgs_get_sent_files); }
    std::optional<tgs::sent_file> sent_file(const md5 &hash, std::int64_t size, std::int32_t type) const {
        tgs::sent_file file;
        return call(tgs_get_sent_file, hash.data(), size, type, &file) ? std::optional(file) : std::nullopt;
    }
    void cache_sent_files(span<tgs::sent_file> files) const { call(tgs_cache_sent_files, files.data(), files.size()); }

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
    text convert_to(const session &target, span<const char *> given = {}) const {
        char *report = nullptr;
        call(tgs_convert, target.handle_, given.data(), given.size(), &report);
        return text(report);
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
        if (tgs_abi_version() != TGS_ABI_VERSION) {
            throw error(TGS_ERROR_UNSUPPORTED, "tgsession.h is of ABI " + std::to_string(TGS_ABI_VERSION)
                                                   + ", the library of " + std::to_string(tgs_abi_version()));
        }
        const detail::c_text text(location, "location");
        const auto made = options.make();
        tgs_session *handle = nullptr;
        detail::done([&](tgs_error **e) { return open(text.get(), made.get(), &handle, e); });
        return handle;
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
    void set(tgs_status (*setter)(const tgs_session *, const T *, tgs_error **), std::optional<T> value) const {
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
    /// As many as there are: asks again where there have come more meanwhile.
    template <class T>
    std::vector<T> all(tgs_status (*reader)(const tgs_session *, T *, std::size_t, std::size_t *, tgs_error **)) const {
        std::vector<T> values;
        std::size_t count = 0;
        do {
            values.resize(count);
            call(reader, values.data(), values.size(), &count);
        } while (count > values.size());
        values.resize(count);
        return values;
    }
    /// An empty span is a key of a wrong length: NULL would remove the key.
    static const std::uint8_t *not_null(span<std::uint8_t> bytes) noexcept {
        static constexpr std::uint8_t nothing = 0;
        return bytes.data() != nullptr ? bytes.data() : &nothing;
    }

    tgs_session *handle_;
};

/// Opens a session and does not throw where that fails.
inline result<session> try_open(std::string_view location, const options &options = {}) {
    return attempt([&] { return session(location, options); });
}

/* ---------- Without a session ----------------------------------------------------------------------------------- */

/// The version of the library that is loaded.
inline std::string_view version() noexcept { return tgs_version(); }

/// The name of a status, like "TGS_ERROR_LOCKED".
inline std::string_view status_name(tgs_status status) noexcept { return tgs_status_name(status); }

/// What any text is, as JSON without secrets.
inline text diagnose(std::string_view candidate) {
    const detail::c_text string(candidate, "text");
    char *diagnosis = nullptr;
    detail::done([&](tgs_error **e) { return tgs_diagnose(string.get(), &diagnosis, e); });
    return text(diagnosis);
}

/// Where a data centre answers; nothing for one that nobody knows.
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
