// ours: tgsession through its C++ header, below the plan of benches/all/c/plan.c.
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "storage.h"
#include "tgsession.hpp"

struct storage_batch {
    std::vector<const char *> usernames;
    std::vector<tgs::peer> peers;
};

namespace {

std::optional<tgs::session> session;

// A failure of the library becomes a failure of the plan.
template <typename Call>
auto guarded(Call call)
{
    try {
        return call();
    } catch (const std::exception &error) {
        fail("%s", error.what());
    }
}

} // namespace

const char *storage_version() { return tgs_version(); }
void storage_start(int, char **) {}
void storage_open(const char *file)
{
    guarded([&] { session.emplace(file); });
}
void storage_close() { session.reset(); }

void storage_log_in(const std::uint8_t *auth_key, std::size_t len, std::int64_t user_id)
{
    guarded([&] {
        session->set_api_id(5);
        session->set_test_mode(false);
        session->set_auth_key(tgs::span<std::uint8_t>(auth_key, len));
        session->set_user_id(user_id);
        session->set_is_bot(false);
    });
}

storage_batch *storage_batch_new(const bench_peer *peers, std::size_t count)
{
    auto *batch = new storage_batch;
    batch->usernames.reserve(count); // the peers point into it
    for (std::size_t at = 0; at < count; at++) {
        const bench_peer &peer = peers[at];
        batch->usernames.push_back(peer.username);
        batch->peers.push_back(tgs::peer(peer.id)
                                   .type(tgs::peer_type::user)
                                   .access_hash(peer.access_hash)
                                   .usernames(tgs::span<const char *const>(&batch->usernames.back(), 1))
                                   .phone_number(peer.phone_number));
    }
    return batch;
}

void storage_batch_free(storage_batch *batch) { delete batch; }
void storage_update(const storage_batch *batch)
{
    guarded([&] { session->update_peers(batch->peers); });
}

std::int64_t storage_by_id(std::int64_t id)
{
    return guarded([&] { return session->peer_by_id(id).value().access_hash.value(); });
}
std::int64_t storage_by_username(const char *username)
{
    return guarded([&] { return session->peer_by_username(username)->access_hash.value(); });
}
std::int64_t storage_by_phone(const char *phone_number)
{
    return guarded([&] { return session->peer_by_phone_number(phone_number).value().access_hash.value(); });
}
std::int64_t storage_field()
{
    return guarded([&] { return session->user_id().value(); });
}
std::size_t storage_export()
{
    return guarded([&] { return session->export_session_string("pyrogram").view().size(); });
}
