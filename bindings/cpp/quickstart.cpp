// quickstart SESSION: shows a session, adds peers, finds them again.
#include <iostream>

#include "tgsession.hpp"

static void add_peers(const tgs::session &session)
{
    const char *const names[] = {"TgsQuickUser", "tgs_quick_second"};
    session.update_peers({
        tgs::peer(777000900901).type(tgs::peer_type::user).access_hash(101).usernames(names).phone_number("999661101"),
        tgs::peer(-1001777000905).type(tgs::peer_type::supergroup).access_hash(INT64_MAX),
    });
}

static void find_peers(const tgs::session &session)
{
    if (const auto peer = session.peer_by_username("@TGSQuickUSER")) {
        std::cout << "found by username: " << peer->id << '\n';
    } else if (peer.found == tgs::found::expired) {
        std::cout << "last seen too long ago: ask Telegram\n";
    }
    if (const auto peer = session.peer_by_phone_number("+999 66 1101")) {
        std::cout << "found by phone: " << peer->id << '\n';
    }
    for (const tgs::peer_view &peer : session.peers()) {
        std::cout << "peer " << peer.id() << " has " << peer.username_count() << " usernames\n";
    }
}

int main(int argc, char **argv)
{
    try {
        const tgs::session session(argc > 1 ? argv[1] : ":memory:");
        std::cout << session.inspect().view() << '\n'; // the key's id, never the key
        add_peers(session);
        find_peers(session);
        session.save();
    } catch (const tgs::error &error) {
        std::cerr << tgs::status_name(error.status()) << ": " << error.what() << '\n';
        return 1;
    }
}
