// reader FILE all | id NUMBER | username NAME | phone_number NUMBER: the peers of a session file, for the test in Go.
// A line for each peer: its id, access hash and type, and of whole peers the phone number and the usernames.
#include <iostream>
#include <string>

#include "tgsession.hpp"

static const char *name_of(tgs::peer_type type)
{
    switch (type) {
    case tgs::peer_type::user: return "user";
    case tgs::peer_type::bot: return "bot";
    case tgs::peer_type::group: return "group";
    case tgs::peer_type::channel: return "channel";
    case tgs::peer_type::supergroup: return "supergroup";
    default: return "another type";
    }
}

static std::string text_of(std::optional<std::int64_t> number) { return number ? std::to_string(*number) : "none"; }

static void print_all(const tgs::session &session)
{
    for (const tgs::peer_view &peer : session.peers()) {
        std::cout << peer.id() << '\t' << text_of(peer.access_hash()) << '\t' << name_of(peer.type()) << '\t'
                  << peer.phone_number().value_or("");
        for (const char *username : peer.usernames()) {
            std::cout << '\t' << username;
        }
        std::cout << '\n';
    }
}

static std::optional<tgs::input_peer> look_up(const tgs::session &session, const std::string &by, const std::string &key)
{
    if (by == "id") {
        return session.peer_by_id(std::stoll(key));
    }
    return by == "username" ? session.peer_by_username(key).peer : session.peer_by_phone_number(key);
}

static int print_found(const std::optional<tgs::input_peer> &peer)
{
    if (!peer) {
        std::cerr << "there is no such peer\n";
        return 1;
    }
    std::cout << peer->id << '\t' << text_of(peer->access_hash) << '\t' << name_of(peer->type) << '\n';
    return 0;
}

int main(int argc, char **argv)
{
    try {
        const tgs::session session(argc > 1 ? argv[1] : "", tgs::options().read_only());
        if (argc > 3) {
            return print_found(look_up(session, argv[2], argv[3]));
        }
        print_all(session);
        return 0;
    } catch (const tgs::error &error) {
        std::cerr << tgs::status_name(error.status()) << ": " << error.what() << '\n';
        return 1;
    }
}
