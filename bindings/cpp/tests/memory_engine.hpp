// Engines for the tests: one in memory with what every engine has, one with all that an engine may have, one that fails.
#ifndef TGS_CPP_TESTS_MEMORY_ENGINE_HPP
#define TGS_CPP_TESTS_MEMORY_ENGINE_HPP

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>

#include "tgsession.hpp"

/// A peer with texts of its own.
struct kept_peer {
    explicit kept_peer(const tgs::peer_view &seen)
        : raw(seen.raw()), type_name(seen.type_name()), phone_number(seen.phone_number()), name(seen.name()),
          usernames(seen.usernames().begin(), seen.usernames().end()) {}

    bool has_one_of(tgs::span<const char *> wanted) const {
        return std::any_of(wanted.begin(), wanted.end(), [&](const char *one) {
            return std::find(usernames.begin(), usernames.end(), one) != usernames.end();
        });
    }
    void answer(const tgs::peer_answer &with) const {
        std::vector<const char *> names;
        for (const std::string &username : usernames) {
            names.push_back(username.c_str());
        }
        tgs::peer peer(raw.id);
        if (raw.has_access_hash) {
            peer.access_hash(raw.access_hash);
        }
        peer.type(static_cast<tgs::peer_type>(raw.type)).usernames(names).last_update_on(raw.last_update_on);
        peer.tgs_peer::type_name = pointer(type_name);
        with.add({peer.phone_number(pointer(phone_number)).name(pointer(name))});
    }

    tgs_peer raw; // its numbers; its pointers are void
    std::optional<std::string> type_name, phone_number, name;
    std::vector<std::string> usernames;

private:
    static const char *pointer(const std::optional<std::string> &text) { return text ? text->c_str() : nullptr; }
};

/// Where engines keep one session: what one of them wrote another one finds.
struct memory_place {
    using file_key = std::tuple<std::string, std::int64_t, std::int32_t>;
    struct contents {
        tgs::session_data data;
        std::map<std::int64_t, kept_peer> peers;
        std::map<std::int64_t, tgs::update_state> states;
        std::map<file_key, tgs::sent_file> files;
        std::map<std::string, std::vector<std::uint8_t>> values;
    };
    struct held {
        std::string token;
        tgs::lease_holder holder;
        std::chrono::steady_clock::time_point until;
    };

    std::recursive_mutex mutex; // a change of several calls holds it
    contents kept;
    std::map<std::string, held> leases;
    std::optional<tgs::lease_holder> elsewhere; // holds every lease
    int engines = 0;                            // how many there are
};

/// Only what every engine has.
class plain_engine : public tgs::engine {
public:
    plain_engine(std::string name, std::shared_ptr<memory_place> place)
        : place_(std::move(place)), name_(std::move(name)) {
        const auto locked = lock();
        place_->engines++;
    }
    ~plain_engine() override {
        const auto locked = lock();
        place_->engines--;
    }

    std::string location() const override { return "the engine " + name_; }
    bool usernames_expire() const override { return true; }

    tgs::session_data get_session_data() override {
        const auto locked = lock();
        return place_->kept.data;
    }
    void set_session_data(const tgs::session_data &data, tgs::field which) override {
        const auto locked = lock();
        place_->kept.data.assign(data, which);
    }
    void put_peers(tgs::span<tgs::peer_view> peers) override {
        const auto locked = lock();
        for (const tgs::peer_view &peer : peers) {
            place_->kept.peers.insert_or_assign(peer.id(), kept_peer(peer));
        }
    }
    void get_peers(std::optional<tgs::span<std::int64_t>> ids, const tgs::peer_answer &answer) override {
        answer_those(answer, [&](const kept_peer &peer) {
            return !ids || std::find(ids->begin(), ids->end(), peer.raw.id) != ids->end();
        });
    }
    std::vector<tgs::update_state> get_update_states() override { return rows(place_->kept.states); }
    void set_update_states(tgs::span<tgs::update_state> states) override {
        const auto locked = lock();
        for (const tgs::update_state &state : states) {
            place_->kept.states[state.id] = state;
        }
    }
    void delete_update_state(std::int64_t id) override {
        const auto locked = lock();
        place_->kept.states.erase(id);
    }
    std::vector<tgs::sent_file> get_sent_files() override { return rows(place_->kept.files); }
    void cache_sent_files(tgs::span<tgs::sent_file> files) override {
        const auto locked = lock();
        for (const tgs::sent_file &file : files) {
            place_->kept.files[{std::string(std::begin(file.md5), std::end(file.md5)), file.file_size, file.type}] = file;
        }
    }

protected:
    std::unique_lock<std::recursive_mutex> lock() const { return std::unique_lock(place_->mutex); }
    template <class Wanted>
    void answer_those(const tgs::peer_answer &answer, Wanted &&wanted) const {
        const auto locked = lock();
        for (const auto &[id, peer] : place_->kept.peers) {
            if (wanted(peer)) {
                peer.answer(answer);
            }
        }
    }
    const std::shared_ptr<memory_place> place_;

private:
    template <class Map>
    std::vector<typename Map::mapped_type> rows(const Map &map) const {
        const auto locked = lock();
        std::vector<typename Map::mapped_type> all;
        for (const auto &[key, value] : map) {
            all.push_back(value);
        }
        return all;
    }
    const std::string name_;
};

/// All that an engine may have: indexes, transactions, leases, and an end.
class memory_engine : public plain_engine, public tgs::lease_store, public tgs::value_store {
public:
    using plain_engine::plain_engine;
    tgs::lease_store *leases() override { return this; }
    tgs::value_store *values() override { return this; }

    void get_values(std::optional<tgs::span<const char *>> names, const tgs::value_answer &answer) override {
        const auto locked = lock();
        for (const auto &[name, bytes] : place_->kept.values) {
            if (!names || std::find(names->begin(), names->end(), name) != names->end()) {
                answer.add(name, bytes);
            }
        }
    }
    void set_value(std::string_view name, std::optional<tgs::span<std::uint8_t>> bytes) override {
        const auto locked = lock();
        if (bytes) {
            place_->kept.values[std::string(name)] = {bytes->begin(), bytes->end()};
        } else {
            place_->kept.values.erase(std::string(name));
        }
    }

    void get_peers_by_username(tgs::span<const char *> usernames, const tgs::peer_answer &answer) override {
        answer_those(answer, [&](const kept_peer &peer) { return peer.has_one_of(usernames); });
    }
    void get_peers_by_phone_number(std::string_view phone_number, const tgs::peer_answer &answer) override {
        answer_those(answer, [&](const kept_peer &peer) { return peer.phone_number == phone_number; });
    }
    void delete_peers(std::optional<tgs::span<std::int64_t>> ids) override {
        const auto locked = lock();
        if (!ids) {
            place_->kept.peers.clear();
            return;
        }
        for (const std::int64_t id : *ids) {
            place_->kept.peers.erase(id);
        }
    }
    void remove() override {
        const auto locked = lock();
        place_->kept = {};
    }
    void begin() override {
        change_ = lock();
        before_ = place_->kept;
    }
    void finish(bool keep) override {
        if (!keep) {
            place_->kept = std::move(before_);
        }
        before_ = {};
        change_.unlock();
    }
    std::optional<tgs::lease_holder> take_lease(const tgs::lease &wanted) override {
        const auto locked = lock();
        if (place_->elsewhere) {
            return place_->elsewhere;
        }
        const auto now = std::chrono::steady_clock::now();
        const auto found = place_->leases.find(std::string(wanted.key_id));
        const bool is_held = found != place_->leases.end() && found->second.until > now;
        if (is_held && found->second.token != wanted.token) {
            return found->second.holder;
        }
        const tgs::lease_holder holder{std::string(wanted.owner), is_held ? found->second.holder.since : time(nullptr)};
        place_->leases[std::string(wanted.key_id)] = {std::string(wanted.token), holder, now + wanted.duration};
        return std::nullopt;
    }
    void release_lease(std::string_view key_id, std::string_view token) override {
        const auto locked = lock();
        const auto found = place_->leases.find(std::string(key_id));
        if (found != place_->leases.end() && found->second.token == token) {
            place_->leases.erase(found);
        }
    }

private:
    memory_place::contents before_; // what finish(false) goes back to
    std::unique_lock<std::recursive_mutex> change_;
};

/// Fails in each method in the way that it is given.
class failing_engine : public tgs::engine, public tgs::lease_store, public tgs::value_store {
public:
    explicit failing_engine(std::function<void()> fail) : fail_(std::move(fail)) {}

    std::string location() const override { return "the engine failing"; }
    tgs::lease_store *leases() override { return this; }
    tgs::session_data get_session_data() override { return fail_(), tgs::session_data(); }
    void set_session_data(const tgs::session_data &, tgs::field) override { fail_(); }
    void put_peers(tgs::span<tgs::peer_view>) override { fail_(); }
    void get_peers(std::optional<tgs::span<std::int64_t>>, const tgs::peer_answer &) override { fail_(); }
    void delete_peers(std::optional<tgs::span<std::int64_t>>) override { fail_(); }
    void get_peers_by_username(tgs::span<const char *>, const tgs::peer_answer &) override { fail_(); }
    void get_peers_by_phone_number(std::string_view, const tgs::peer_answer &) override { fail_(); }
    std::vector<tgs::update_state> get_update_states() override { return fail_(), std::vector<tgs::update_state>(); }
    void set_update_states(tgs::span<tgs::update_state>) override { fail_(); }
    void delete_update_state(std::int64_t) override { fail_(); }
    std::vector<tgs::sent_file> get_sent_files() override { return fail_(), std::vector<tgs::sent_file>(); }
    void cache_sent_files(tgs::span<tgs::sent_file>) override { fail_(); }
    void save() override { fail_(); }
    void remove() override { fail_(); }
    void begin() override { fail_(); }
    void finish(bool) override { fail_(); }
    std::optional<tgs::lease_holder> take_lease(const tgs::lease &) override { return fail_(), std::nullopt; }
    void release_lease(std::string_view, std::string_view) override { fail_(); }
    tgs::value_store *values() override { return this; }
    void get_values(std::optional<tgs::span<const char *>>, const tgs::value_answer &) override { fail_(); }
    void set_value(std::string_view, std::optional<tgs::span<std::uint8_t>>) override { fail_(); }

private:
    const std::function<void()> fail_;
};

#endif
