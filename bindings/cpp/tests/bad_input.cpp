// What is wrong throws, or is a result without a value; nothing crashes.
#include <fstream>

#include "check.hpp"

static const std::string not_utf8 = "tgs_\xff\xfe";
static const std::string_view with_nul("tgs\0x", 5);

static void texts(const tgs::session &session)
{
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::session(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.peer_by_username(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.peer_by_phone_number(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.peer_by_name(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.set_server_address(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::list_sessions(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::session(":memory:", tgs::options().lease(not_utf8)));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.export_session_string(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.convert_to(session, {not_utf8.c_str()}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::diagnose(not_utf8));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::session(":memory:", tgs::options().format(not_utf8)));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", tgs::session(with_nul));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.peer_by_username(with_nul));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.peer_by_name(with_nul));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", tgs::list_sessions(with_nul));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", tgs::session(":memory:", tgs::options().lease(with_nul)));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.set_server_address(with_nul));
    CHECK(session.peer_by_username(std::string(100000, 'a')).found == tgs::found::no);
    CHECK(session.peer_by_username(std::string_view()).found == tgs::found::no);
}

static void numbers(const tgs::session &session)
{
    const std::vector<std::uint8_t> shorter(255), longer(257), empty;
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "256", session.set_auth_key(shorter));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "256", session.set_auth_key(longer));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "256", session.set_auth_key(empty));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "256", session.set_tmp_auth_key(empty));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "255", tgs::auth_key(shorter));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "dc_id", session.set_dc_id(-1));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "port", session.set_port(std::uint16_t{0}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "busy_timeout",
           tgs::session(":memory:", tgs::options().busy_timeout(std::chrono::milliseconds(-1))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "busy_timeout",
           tgs::session(":memory:", tgs::options().busy_timeout(std::chrono::hours(24 * 365))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "duration",
           tgs::session(":memory:", tgs::options().lease(std::nullopt, std::chrono::seconds(-1))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "86400",
           tgs::session(":memory:", tgs::options().lease(std::nullopt, std::chrono::seconds(1))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "-9",
           tgs::session(":memory:", tgs::options().username_expiry(std::chrono::seconds(-9))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "nobody", tgs::session(":memory:", tgs::options().format("nobody")));
}

static void several_fields(const tgs::session &session)
{
    tgs::session_data data;
    data.dc_id = 4;
    data.user_id = -1;
    const tgs::field both = tgs::field::dc_id | tgs::field::user_id;
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "user_id", session.set_session_data(data, both));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "which", session.set_session_data(data, tgs::field{}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "4096", session.set_session_data(data, static_cast<tgs::field>(4096)));
    data.server_address = with_nul;
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.set_session_data(data, tgs::field::server_address));
    CHECK(!session.dc_id() && !session.server_address());
}

static void peers(const tgs::session &session)
{
    const char *const names[] = {"tgs_good", not_utf8.c_str()};
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "peers[1]", session.update_peers({tgs::peer(5), tgs::peer(0)}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.update_peers({tgs::peer(5).usernames(names)}));
    const auto no_type = static_cast<tgs::peer_type>(77);
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "77", session.update_peers({tgs::peer(5).type(no_type)}));
    CHECK(!session.peer_by_id(5));
    std::vector<tgs::peer> huge;
    for (int i = 1; i <= 50000; i++) {
        huge.push_back(tgs::peer(778000000 + i).access_hash(i));
    }
    session.update_peers(huge);
    CHECK(session.peer_by_id(778050000)->access_hash == 50000);
    huge[40000].type(static_cast<tgs::peer_type>(-1));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "peers[40000]", session.update_peers(huge));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "peers", session.update_peers(tgs::span<tgs::peer>(huge.data(), SIZE_MAX)));
}

static void every_call_fails(const tgs::session &session, tgs_status status)
{
    THROWS(status, "", session.save());
    THROWS(status, "", session.delete_());
    THROWS(status, "", session.format());
    THROWS(status, "", session.user_id());
    THROWS(status, "", session.set_user_id(5));
    THROWS(status, "", session.server_address());
    THROWS(status, "", session.set_server_address(std::nullopt));
    THROWS(status, "", session.auth_key());
    THROWS(status, "", session.set_auth_key(a_key()));
    THROWS(status, "", session.set_session_data({}, tgs::field::dc_id));
    THROWS(status, "", session.update_peers({tgs::peer(5)}));
    THROWS(status, "", session.peer_by_id(5));
    THROWS(status, "", session.peer_by_username("tgs_any"));
    THROWS(status, "", session.peer_by_phone_number("99966"));
    THROWS(status, "", session.peer_by_name("Anna"));
    THROWS(status, "", session.peers());
    THROWS(status, "", session.update_states());
    THROWS(status, "", session.update_state(0));
    THROWS(status, "", session.set_update_states({tgs::update_state()}));
    THROWS(status, "", session.delete_update_state(0));
    THROWS(status, "", session.sent_files());
    THROWS(status, "", session.sent_file(tgs::md5{}, 1, 0));
    THROWS(status, "", session.cache_sent_files({}));
    THROWS(status, "", session.export_session_string("telethon"));
    THROWS(status, "", session.convert_to(session));
    THROWS(status, "", session.to_bytes());
    THROWS(status, "", session.change_count());
    THROWS(status, "", session.inspect());
    session.close();
}

static void closed_and_moved()
{
    tgs::session session(":memory:");
    session.update_peers({tgs::peer(5)});
    auto range = session.peers();
    session.close();
    every_call_fails(session, TGS_ERROR_CLOSED);
    CHECK(range.begin()->id() == 5); // it has its own copy

    tgs::session source(":memory:");
    tgs::session target(std::move(source));
    every_call_fails(source, TGS_ERROR_INVALID_ARGUMENT); // cppcheck-suppress accessMoved ; moved from on purpose
    source = std::move(target);
    CHECK(source.handle() != nullptr && target.handle() == nullptr);
    source.save();
    tgs::session &itself = source;
    source = std::move(itself);
    source.save();
}

static void files()
{
    std::ofstream("text.session") << "a letter to a friend";
    const auto opened = tgs::try_open("text.session");
    CHECK(!opened && opened.error().status() == TGS_ERROR_NOT_A_SESSION);
    CHECK(std::strstr(opened.error().what(), "text.session") != nullptr);
    THROWS(TGS_ERROR_NOT_A_SESSION, "text.session", opened.value());
    THROWS(TGS_ERROR_NOT_A_SESSION, "'.'", tgs::session("."));
    THROWS(TGS_ERROR_FILE_NOT_FOUND, "gone.session", tgs::session("gone.session", tgs::options().create(false)));
    THROWS(TGS_ERROR_BAD_SESSION_STRING, "", tgs::session::open_string("nonsense"));
    log_in(tgs::session("ro.session"));
    const tgs::session session("ro.session", tgs::options().read_only());
    THROWS(TGS_ERROR_READ_ONLY, "ro.session", session.set_user_id(5));
    const auto attempted = tgs::attempt([&] { session.save(); });
    CHECK(!attempted && attempted.error().status() == TGS_ERROR_READ_ONLY);
    CHECK(tgs::attempt([&] { return session.user_id(); }).value() == 777000123);
    CHECK(tgs::try_open(":memory:").ok());
}

int main()
{
    const tgs::session session(":memory:");
    texts(session);
    numbers(session);
    several_fields(session);
    peers(session);
    closed_and_moved();
    files();
    std::printf("%d checks\n", checks.load());
}
