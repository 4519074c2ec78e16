#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <vector>

#include <tgsession.hpp>

template <typename... T> static void use(const T &...) {}
template <typename T> static void keep(const T &) {}
static void ask_telegram() {}

static const std::vector<std::uint8_t> key(256, 7), salts(8, 1);
static const char *const identity = "AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P";

static void peers()
{
{{ bindings/cpp/README.md 1 }}
}

static void bytes()
{
    const tgs::session session("my_account.session");
{{ bindings/cpp/README.md 2 }}
}

static void values()
{
    const tgs::session session("my_account.session");
{{ bindings/cpp/README.md 4 }}
}

static void data_centers()
{
    const tgs::session session("my_account.session");
{{ bindings/cpp/README.md 5 }}
}

// What the shelf leaves to its reader.
struct row {
    std::int64_t access_hash;
};
static tgs::session_data data_;
static std::map<std::int64_t, row> rows_;

namespace tgs {
class left_out : public engine {
    std::vector<update_state> get_update_states() override { return {}; }
    void set_update_states(span<update_state>) override {}
    void delete_update_state(std::int64_t) override {}
    std::vector<sent_file> get_sent_files() override { return {}; }
    void cache_sent_files(span<sent_file>) override {}
};
} // namespace tgs

namespace shelves {
#define engine left_out
{{ bindings/cpp/README.md 6 }}
#undef engine
void shelf::put_peers(tgs::span<tgs::peer_view> peers)
{
    for (const tgs::peer_view &peer : peers) {
        rows_[peer.id()] = {peer.access_hash().value_or(0)};
    }
}
} // namespace shelves

int main()
{
    peers();
    bytes();
    values();
    data_centers();
    shelves::session.update_peers({tgs::peer(777000101).access_hash(42)});
    const auto found = shelves::session.peer_by_id(777000101);
    return found && found->access_hash == 42 ? 0 : 1;
}
