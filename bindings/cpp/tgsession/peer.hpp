// Peers, to write and as they are found. Part of tgsession.hpp.
#ifndef TGSESSION_PEER_HPP
#define TGSESSION_PEER_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>

#include "tgsession.h"
#include "text.hpp"

namespace tgs {

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
    /// No usernames are told by an empty span, which is not the same to session::merge_peers() as no call of this.
    peer &usernames(span<const char *> value) noexcept {
        static constexpr const char *none = nullptr;
        tgs_peer::usernames = value.empty() ? &none : value.data();
        username_count = value.size();
        return *this;
    }
    peer &phone_number(const char *value) noexcept { tgs_peer::phone_number = value; return *this; }
    peer &name(const char *value) noexcept { tgs_peer::name = value; return *this; }
    peer &last_update_on(std::int64_t value) noexcept { tgs_peer::last_update_on = value; return *this; }
};
static_assert(sizeof(peer) == sizeof(tgs_peer), "an array of these is an array of those");

/// A peer that an iteration shows, or that an engine is given. It and its texts are there until the next step, or until
/// the engine's method returns.
class peer_view {
public:
    peer_view() noexcept = default;
    explicit peer_view(const tgs_peer &raw) noexcept : raw_(&raw) {}
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

/// The answer of a lookup by username, which may be too old to be trusted.
struct username_lookup {
    tgs::found found;
    std::optional<input_peer> peer; ///< only if `found` is yes
    explicit operator bool() const noexcept { return peer.has_value(); }
    const input_peer &operator*() const { return peer.value(); }
    const input_peer *operator->() const { return &peer.value(); }
};

} // namespace tgs

#endif
