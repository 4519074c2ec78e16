// Storage engines of your own. Part of tgsession.hpp.
#ifndef TGSESSION_ENGINE_HPP
#define TGSESSION_ENGINE_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tgsession.h"
#include "error.hpp"
#include "peer.hpp"
#include "session_data.hpp"
#include "text.hpp"
#include "update_state.hpp"

namespace tgs {

/// Takes the peers that an engine answers with, all in one call or some in each of several. They are copied at once. It
/// is there until the engine's method returns.
class peer_answer {
public:
    explicit peer_answer(tgs_answer *answer) noexcept : answer_(answer) {}
    void add(span<peer> peers) const {
        const tgs_peer *const first = peers.data();
        detail::done([&](tgs_error **e) { return tgs_answer_peers(answer_, first, peers.size(), e); });
    }

private:
    tgs_answer *answer_;
};

/// Takes the values that an engine answers with, one in each call. They are copied at once. It is there until the engine's
/// method returns.
class value_answer {
public:
    explicit value_answer(tgs_answer *answer) noexcept : answer_(answer) {}
    void add(std::string_view name, span<std::uint8_t> bytes) const {
        const detail::c_text text(name, "the value's name");
        detail::done([&](tgs_error **e) {
            return tgs_answer_value(answer_, text.get(), bytes.data(), bytes.size(), e);
        });
    }

private:
    tgs_answer *answer_;
};

/// Values that clients keep beside an engine's session. They may be secrets.
class value_store {
public:
    virtual ~value_store() = default;
    /// Answers with the values that have these names, in any order; with all values if there are no `names`.
    virtual void get_values(std::optional<span<const char *>> names, const value_answer &answer) = 0;
    /// Sets a value; removes it if there are no `bytes`.
    virtual void set_value(std::string_view name, std::optional<span<std::uint8_t>> bytes) = 0;
};

/// A lease on an auth key. Its texts are there until the method that is given it returns.
struct lease {
    std::string_view key_id; ///< which key
    std::string_view token;  ///< identifies the holder
    std::string_view owner;  ///< the text that others are shown
    std::chrono::seconds duration;
};

/// Who holds a lease, and since when, in Unix seconds.
struct lease_holder {
    std::string owner;
    std::int64_t since;
};

/// Leases that hold on all machines which share an engine's store. Called from a thread of the library's too.
class lease_store {
public:
    virtual ~lease_store() = default;
    /// Takes the lease if it is free or expired, or renews it if its token holds it. If somebody else holds
    /// it, changes nothing and answers who. Atomic among all machines.
    virtual std::optional<lease_holder> take_lease(const lease &wanted) = 0;
    /// Gives a lease back, if the token holds it.
    virtual void release_lease(std::string_view key_id, std::string_view token) = 0;
};

/// A storage engine of your own: whatever keeps a session, seen as any other place, so that lookups, expiry, conversion
/// and session strings work over it. It stores what it is given and returns it unchanged; the rules (who has a
/// username, which peer is newest, what is absent) are the library's.
///
/// A method either succeeds completely, or throws and changes nothing. What it is given is there until it returns. The library calls
/// one method at a time, from any thread. A method must not call the session that it serves.
///
/// An exception becomes the error of the call, with its text, which must hold no secret: a tgs::error keeps its status, a
/// std::system_error that says "no such file", "permission denied" or "no space" has theirs, any other is
/// TGS_ERROR_SERVER. None passes through C.
class engine {
public:
    engine() = default;
    engine(const engine &) = delete;
    engine &operator=(const engine &) = delete;
    virtual ~engine() = default;

    /// The session's location in error messages, like "redis://host/0 my_account". It must hold no secret. This and the
    /// three below are asked once, when the session is opened.
    virtual std::string location() const = 0;
    /// Whether what was written is still there when the session is opened again.
    virtual bool persistent() const { return true; }
    /// Usernames expire, as in Pyrogram's family.
    virtual bool usernames_expire() const { return false; }
    /// The engine's leases; they live as long as it. Without them leases hold on this machine only.
    virtual lease_store *leases() { return nullptr; }

    /// The engine's values; they live as long as it. Without them tgs_set_value() is TGS_ERROR_UNSUPPORTED.
    virtual value_store *values() { return nullptr; }

    virtual session_data get_session_data() = 0;
    /// Writes the fields in `which`; those that are absent in `data` become absent: session_data::assign().
    virtual void set_session_data(const session_data &data, field which) = 0;

    /// Replaces peers by their ids.
    virtual void put_peers(span<peer_view> peers) = 0;
    /// Answers with the peers that have these ids, in any order; with all peers if there are no `ids`.
    virtual void get_peers(std::optional<span<std::int64_t>> ids, const peer_answer &answer) = 0;
    /// Deletes the peers that have these ids, if they exist; all peers if there are no `ids`.
    virtual void delete_peers(std::optional<span<std::int64_t>> ids) {
        (void)ids;
        throw error(TGS_ERROR_UNSUPPORTED, "its engine deletes no peers");
    }
    /// Answers with every peer that has one of these usernames. More do no harm: without an index, all peers are read.
    virtual void get_peers_by_username(span<const char *> usernames, const peer_answer &answer) {
        (void)usernames;
        get_peers(std::nullopt, answer);
    }
    /// Answers with every peer that has this phone number, like the above.
    virtual void get_peers_by_phone_number(std::string_view phone_number, const peer_answer &answer) {
        (void)phone_number;
        get_peers(std::nullopt, answer);
    }

    /// In any order.
    virtual std::vector<update_state> get_update_states() = 0;
    /// Replaces update states by their ids.
    virtual void set_update_states(span<update_state> states) = 0;
    /// It need not be there.
    virtual void delete_update_state(std::int64_t id) = 0;

    /// In any order.
    virtual std::vector<sent_file> get_sent_files() = 0;
    /// Replaces sent files by their MD5, size and type.
    virtual void cache_sent_files(span<sent_file> files) = 0;

    /// Makes what was written survive a loss of power.
    virtual void save() {}
    /// Removes the session and everything that belongs to it.
    virtual void remove() { throw error(TGS_ERROR_UNSUPPORTED, "its engine removes no sessions"); }
    /// Begins a change of several calls that finish() ends: an engine has both, or has no transactions. Then a conversion
    /// that fails half-way leaves peers without a login.
    virtual void begin() {}
    /// Ends it: keeps all of it, or undoes all of it.
    virtual void finish(bool keep) { (void)keep; }
};

namespace detail {

/// The status of an engine's exception. The ordinary answers are no errors.
inline tgs_status status_of(const error &thrown) noexcept {
    return thrown.status() >= TGS_ERROR_INVALID_ARGUMENT ? thrown.status() : TGS_ERROR_SERVER;
}
inline tgs_status status_of(const std::system_error &thrown) noexcept {
    const std::error_code &code = thrown.code();
    return code == std::errc::no_such_file_or_directory ? TGS_ERROR_FILE_NOT_FOUND
           : code == std::errc::permission_denied       ? TGS_ERROR_PERMISSION_DENIED
           : code == std::errc::no_space_on_device      ? TGS_ERROR_DISK_FULL
                                                        : TGS_ERROR_SERVER;
}

/// Tells why an engine's method failed. A text that C refuses still says what it can.
inline tgs_status refused(tgs_answer *answer, tgs_status status, const char *cause) noexcept {
    if (tgs_answer_cause(answer, cause, nullptr) == TGS_OK) {
        return status;
    }
    try {
        std::string readable(cause);
        for (char &letter : readable) {
            letter = static_cast<unsigned char>(letter) < 0x80 ? letter : '?';
        }
        tgs_answer_cause(answer, readable.c_str(), nullptr);
    } catch (const std::bad_alloc &) {
        tgs_answer_cause(answer, "its engine is out of memory", nullptr);
    }
    return status;
}

/// The C library's reference to an engine while its session is open.
struct engine_context {
    std::shared_ptr<engine> own;
    lease_store *leases;
    value_store *values;
};

/// Calls an engine. No exception may leave here: above is C.
template <class Call>
std::int32_t serve(void *context, tgs_answer *answer, Call &&call) noexcept {
    try {
        call(*static_cast<engine_context *>(context)->own);
        return TGS_OK;
    } catch (const error &thrown) {
        return refused(answer, status_of(thrown), thrown.what());
    } catch (const std::system_error &thrown) {
        return refused(answer, status_of(thrown), thrown.what());
    } catch (const std::exception &thrown) {
        return refused(answer, TGS_ERROR_SERVER, thrown.what());
    } catch (...) {
        return refused(answer, TGS_ERROR_SERVER, "its engine threw what is no std::exception");
    }
}

/// The functions of tgs_engine, under its names. The context is an engine_context on the heap.
struct engine_functions {
    static void destroy(void *context) { delete static_cast<engine_context *>(context); }
    static std::int32_t get_session_data(void *context, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            const session_data data = own.get_session_data();
            const tgs_session_data raw = data.raw();
            done([&](tgs_error **e) { return tgs_answer_session_data(answer, &raw, e); });
        });
    }
    static std::int32_t set_session_data(void *context, const tgs_session_data *data, std::uint32_t which,
                                         tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.set_session_data(session_data(*data), static_cast<field>(which));
        });
    }
    static std::int32_t put_peers(void *context, const tgs_peer *peers, std::size_t count, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.put_peers(std::vector<peer_view>(peers, peers + count));
        });
    }
    static std::int32_t get_peers(void *context, const std::int64_t *ids, std::size_t count, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.get_peers(ids_of(ids, count), peer_answer(answer));
        });
    }
    static std::int32_t delete_peers(void *context, const std::int64_t *ids, std::size_t count, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) { own.delete_peers(ids_of(ids, count)); });
    }
    static std::int32_t get_peers_by_username(void *context, const char *const *usernames, std::size_t count,
                                              tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.get_peers_by_username({usernames, count}, peer_answer(answer));
        });
    }
    static std::int32_t get_peers_by_phone_number(void *context, const char *phone_number, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.get_peers_by_phone_number(phone_number, peer_answer(answer));
        });
    }
    static std::int32_t get_update_states(void *context, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            const auto raw = raw_states(own.get_update_states());
            done([&](tgs_error **e) { return tgs_answer_update_states(answer, raw.data(), raw.size(), e); });
        });
    }
    static std::int32_t set_update_states(void *context, const tgs_update_state *states, std::size_t count,
                                          tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.set_update_states(std::vector<update_state>(states, states + count));
        });
    }
    static std::int32_t delete_update_state(void *context, std::int64_t id, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) { own.delete_update_state(id); });
    }
    static std::int32_t get_sent_files(void *context, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            const auto files = own.get_sent_files();
            done([&](tgs_error **e) { return tgs_answer_sent_files(answer, files.data(), files.size(), e); });
        });
    }
    static std::int32_t cache_sent_files(void *context, const tgs_sent_file *files, std::size_t count,
                                         tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) {
            own.cache_sent_files(std::vector<sent_file>(files, files + count));
        });
    }
    static std::int32_t save(void *context, tgs_answer *answer) {
        return serve(context, answer, [](engine &own) { own.save(); });
    }
    static std::int32_t remove(void *context, tgs_answer *answer) {
        return serve(context, answer, [](engine &own) { own.remove(); });
    }
    static std::int32_t begin(void *context, tgs_answer *answer) {
        return serve(context, answer, [](engine &own) { own.begin(); });
    }
    static std::int32_t finish(void *context, bool keep, tgs_answer *answer) {
        return serve(context, answer, [&](engine &own) { own.finish(keep); });
    }
    static std::int32_t take_lease(void *context, const char *key_id, const char *token, const char *owner,
                                   std::uint32_t seconds, tgs_answer *answer) {
        return serve(context, answer, [&](engine &) {
            const auto holder = leases(context).take_lease({key_id, token, owner, std::chrono::seconds(seconds)});
            if (holder) {
                const c_text name(holder->owner, "the lease's owner");
                done([&](tgs_error **e) { return tgs_answer_holder(answer, name.get(), holder->since, e); });
            }
        });
    }
    static std::int32_t release_lease(void *context, const char *key_id, const char *token, tgs_answer *answer) {
        return serve(context, answer, [&](engine &) { leases(context).release_lease(key_id, token); });
    }
    static std::int32_t get_values(void *context, const char *const *names, std::size_t count, tgs_answer *answer) {
        return serve(context, answer, [&](engine &) {
            values(context).get_values(names != nullptr ? std::optional(span<const char *>(names, count)) : std::nullopt,
                                       value_answer(answer));
        });
    }
    static std::int32_t set_value(void *context, const char *name, const std::uint8_t *bytes, std::size_t len,
                                  tgs_answer *answer) {
        return serve(context, answer, [&](engine &) {
            values(context).set_value(name, bytes != nullptr ? std::optional(span<std::uint8_t>(bytes, len)) : std::nullopt);
        });
    }

private:
    /// NULL is all.
    static std::optional<span<std::int64_t>> ids_of(const std::int64_t *ids, std::size_t count) {
        return ids != nullptr ? std::optional(span<std::int64_t>(ids, count)) : std::nullopt;
    }
    static value_store &values(void *context) { return *static_cast<engine_context *>(context)->values; }
    static lease_store &leases(void *context) { return *static_cast<engine_context *>(context)->leases; }
};

/// The table for an engine.
inline tgs_engine engine_table(engine_context &context, const char *location) {
    using functions = engine_functions;
    const engine &own = *context.own;
    tgs_engine table{};
    table.size = sizeof table;
    table.version = TGS_ENGINE_VERSION;
    table.flags = (own.persistent() ? TGS_ENGINE_PERSISTENT : 0u)
                  | (own.usernames_expire() ? TGS_ENGINE_USERNAMES_EXPIRE : 0u);
    table.context = &context;
    table.location = location;
    table.destroy = functions::destroy;
    table.get_session_data = functions::get_session_data;
    table.set_session_data = functions::set_session_data;
    table.put_peers = functions::put_peers;
    table.get_peers = functions::get_peers;
    table.delete_peers = functions::delete_peers;
    table.get_peers_by_username = functions::get_peers_by_username;
    table.get_peers_by_phone_number = functions::get_peers_by_phone_number;
    table.get_update_states = functions::get_update_states;
    table.set_update_states = functions::set_update_states;
    table.delete_update_state = functions::delete_update_state;
    table.get_sent_files = functions::get_sent_files;
    table.cache_sent_files = functions::cache_sent_files;
    table.save = functions::save;
    table.remove = functions::remove;
    table.begin = functions::begin;
    table.finish = functions::finish;
    if (context.leases != nullptr) {
        table.take_lease = functions::take_lease;
        table.release_lease = functions::release_lease;
    }
    if (context.values != nullptr) {
        table.get_values = functions::get_values;
        table.set_value = functions::set_value;
    }
    return table;
}

} // namespace detail

} // namespace tgs

#endif
