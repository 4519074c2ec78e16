// What the binding does: each part of the header once, in memory and in files of several clients.
#include <fstream>

#include "check.hpp"
#include "memory_engine.hpp"

static void fields(const tgs::session &session)
{
    log_in(session);
    CHECK(session.dc_id() == 4 && session.api_id() == 12345 && session.user_id() == 777000123);
    CHECK(session.test_mode() == false && session.is_bot() == false);
    CHECK(std::memcmp(session.auth_key()->data(), a_key().data(), TGS_AUTH_KEY_LEN) == 0);
    session.set_server_address("149.154.167.91");
    session.set_port(443);
    session.set_date(1700000000);
    session.set_takeout_id(INT64_MIN);
    session.set_tmp_auth_key(a_key());
    CHECK(session.server_address()->view() == "149.154.167.91" && session.port() == 443);
    CHECK(session.date() == 1700000000 && session.takeout_id() == INT64_MIN && session.tmp_auth_key());
    session.set_server_address(std::nullopt);
    tgs::session_data data;
    data.api_id = 6;
    data.takeout_id = 7;
    session.set_session_data(data, tgs::field::api_id | tgs::field::server_address);
    CHECK(session.api_id() == 6 && !session.server_address() && session.takeout_id() == INT64_MIN);
    session.set_api_id(12345);
    session.set_takeout_id(std::nullopt);
    session.set_tmp_auth_key(std::nullopt);
    CHECK(!session.takeout_id() && !session.tmp_auth_key());
}

static void peers(const tgs::session &session)
{
    const char *const names[] = {"TgsAnna", "@tgs_anna_2"};
    session.update_peers({
        tgs::peer(777000101).type(tgs::peer_type::user).access_hash(INT64_MIN).usernames(names)
            .phone_number("+999 66 110001"),
        tgs::peer(777000102).type(tgs::peer_type::bot).access_hash(0),
        tgs::peer(-777000103).type(tgs::peer_type::group),
        tgs::peer(-1001777000104).type(tgs::peer_type::channel).access_hash(-1).name("News"),
    });
    const auto anna = session.peer_by_id(777000101);
    CHECK(anna && anna->access_hash == INT64_MIN && anna->type == tgs::peer_type::user && anna->bare_id == 777000101);
    CHECK(session.peer_by_id(777000102)->access_hash == 0);
    CHECK(!session.peer_by_id(-777000103)->access_hash);
    CHECK(!session.peer_by_id(1));
    CHECK(session.peer_by_username("@tgsANNA")->id == 777000101);
    CHECK(session.peer_by_username("nobody_at_all").found == tgs::found::no);
    CHECK(session.peer_by_phone_number("999 66 110001")->id == 777000101);
    CHECK(!session.peer_by_phone_number("999 66 110002"));
    CHECK(session.peer_by_name("News")->id == -1001777000104 && !session.peer_by_name("news"));
}

static void iteration(const tgs::session &session)
{
    std::vector<std::int64_t> ids;
    for (const tgs::peer_view &peer : session.peers()) {
        ids.push_back(peer.id());
        if (peer.id() == 777000101) {
            CHECK(peer.username_count() >= 1 && peer.username(0) == "tgsanna");
            CHECK(peer.phone_number() == "99966110001" && peer.access_hash() == INT64_MIN);
        }
    }
    CHECK(ids == std::vector<std::int64_t>{-1001777000104, -777000103, 777000101, 777000102});
    int count = 0;
    for (const tgs::peer_view &peer : session.peers({777000102, 5})) {
        CHECK(peer.id() == 777000102 && peer.type() != tgs::peer_type::other && !peer.type_name());
        count++;
    }
    CHECK(count == 1);
    CHECK(session.peers(tgs::span<std::int64_t>()).begin() == session.peers(tgs::span<std::int64_t>()).end());
    auto rest = session.peers();
    (void)rest.begin();
    CHECK(rest.begin()->id() == -777000103); // a walk goes on where it was
}

static void all_at_once(const tgs::session &session)
{
    const tgs::session_data data = session.get_session_data();
    CHECK(data.dc_id == session.dc_id() && data.user_id == session.user_id() && !data.takeout_id);
    CHECK(std::memcmp(data.auth_key->data(), a_key().data(), TGS_AUTH_KEY_LEN) == 0);
    const tgs::counts counts = session.counts();
    CHECK(counts.peers == 4 && counts.usernames == 2);
}

static void values(const tgs::session &session)
{
    const std::vector<std::uint8_t> salts{0, 1, 255};
    CHECK(!session.value("salts"));
    session.set_value("salts", salts);
    session.set_value("zero", tgs::span<std::uint8_t>());
    const auto value = session.value("salts");
    CHECK(value && std::vector<std::uint8_t>(value->begin(), value->end()) == salts);
    CHECK(session.value("zero")->size() == 0 && session.counts().values == 2);
    const tgs::report names(session.list_values());
    CHECK(names.size() == 2 && names[0].subject == "salts" && names[1].subject == "zero" && !names[1].outcome);
    session.delete_value("salts");
    session.delete_value("zero");
    CHECK(!session.value("salts") && tgs::report(session.list_values()).size() == 0);
    CHECK(tgs::attempt([&] { session.set_value(" salts", salts); }).error().status() == TGS_ERROR_INVALID_ARGUMENT);
}

static void data_centers(const tgs::session &session)
{
    tgs::data_center dc;
    dc.id = 203;
    dc.auth_key = tgs::auth_key(a_key());
    dc.tmp_expires_at = 1900000000;
    dc.addresses = {{"149.154.167.91", 443, false}, {"2001:67c:4e8:f004::b", 65535, true}};
    const std::size_t before = session.data_center_ids().size();
    CHECK(!session.data_center(203));
    session.set_data_center(dc);
    const auto found = session.data_center(203);
    CHECK(found && found->id == 203 && !found->tmp_auth_key && found->tmp_expires_at == 1900000000);
    CHECK(std::memcmp(found->auth_key->data(), a_key().data(), tgs::auth_key::size()) == 0);
    CHECK(found->addresses.size() == 2 && found->addresses[1].server_address == dc.addresses[1].server_address);
    CHECK(found->addresses[1].port == 65535 && found->addresses[1].is_media_only && !found->addresses[0].is_media_only);
    CHECK(session.data_center_ids().size() == before + 1 && session.data_center_ids().back() == 203);
    const std::vector<tgs::dc_address> none{{"", 443, false}, {"::1", 0, false}, {{"a\0b", 3}, 443, false}};
    for (const tgs::dc_address &wrong : none) {
        dc.addresses = {wrong};
        CHECK(tgs::attempt([&] { session.set_data_center(dc); }).error().status() == TGS_ERROR_INVALID_ARGUMENT);
    }
    session.delete_data_center(203);
    session.delete_data_center(203);
    CHECK(!session.data_center(203) && session.data_center_ids().size() == before);
}

static void reports(const tgs::session &session)
{
    const tgs::session target(":memory:");
    bool has_key = false, has_peers = false;
    for (const tgs::report_entry &entry : tgs::report(session.convert_to(target))) {
        has_key |= entry.subject == "auth_key" && entry.outcome == "kept" && !entry.number;
        has_peers |= entry.subject == "peers" && entry.outcome == "kept" && entry.number == 4;
    }
    CHECK(has_key && has_peers);
    const tgs::report description(session.inspect());
    CHECK(description[0].subject == "format" && description[0].detail && !description[0].outcome);
    CHECK(tgs::attempt([] { return tgs::report("{"); }).error().status() == TGS_ERROR_INVALID_ARGUMENT);
}

static void expiry()
{
    auto options = tgs::options().username_expiry(std::chrono::hours(1));
    const tgs::session session(":memory:", options);
    const char *const names[] = {"tgs_old"};
    session.update_peers({tgs::peer(777000101).usernames(names).last_update_on(1700000000)});
    const auto answer = session.peer_by_username("tgs_old");
    CHECK(answer.found == tgs::found::expired && !answer);
    const tgs::session forever(":memory:", tgs::options().username_expiry_never());
    forever.update_peers({tgs::peer(777000101).usernames(names).last_update_on(1700000000)});
    CHECK(forever.peer_by_username("tgs_old")->last_update_on == 1700000000);
}

static void states(const tgs::session &session)
{
    tgs::update_state account, channel;
    account.pts = 7;
    account.qts = 0;
    channel.id = -1001777000104;
    channel.date = 1700000000;
    session.set_update_states({account, channel});
    const auto states = session.update_states();
    CHECK(states.size() == 2 && states[0].id == channel.id && !states[0].pts && states[0].date == 1700000000);
    CHECK(states[1].pts == 7 && states[1].qts == 0 && !states[1].seq);
    CHECK(session.update_state(0)->pts == 7 && session.update_state(channel.id)->date == 1700000000);
    session.delete_update_state(channel.id);
    CHECK(!session.update_state(channel.id));
    CHECK(session.update_states().size() == 1);
}

static void files(const tgs::session &session)
{
    const tgs::md5 md5 = {1, 2, 3};
    tgs::sent_file file{};
    std::copy(md5.begin(), md5.end(), file.md5);
    file.file_size = 1024;
    file.id = -5;
    file.access_hash = INT64_MAX;
    session.cache_sent_files({file});
    CHECK(session.sent_file(md5, 1024, 0)->access_hash == INT64_MAX);
    CHECK(!session.sent_file(md5, 1024, 1));
    CHECK(session.sent_files().size() == 1 && session.sent_files()[0].id == -5);
}

static void strings_and_conversion(const tgs::session &session)
{
    tgs::text report;
    const tgs::text string = session.export_session_string("pyrogram", &report);
    CHECK(string.view().size() == 362 && report.view().front() == '{');
    const tgs::session again = tgs::session::open_string(string);
    CHECK(again.user_id() == 777000123 && again.format().view().substr(0, 8) == "pyrogram");
    const tgs::session target(":memory:");
    const tgs::text converted = session.convert_to(target, {"is_bot=true"});
    CHECK(converted.view().find("overridden") != std::string_view::npos && target.is_bot() == true);
    CHECK(target.peer_by_id(777000101) && target.update_states().size() == 1);
    CHECK(session.inspect().view().find("auth_key\"") == std::string_view::npos);
    CHECK(session.inspect(true).view().find("auth_key\"") != std::string_view::npos);
    CHECK(tgs::diagnose(string).view().find("yrogram") != std::string_view::npos);
}

static void wal_is_of_new_files()
{
    const tgs::session plain("plain.session");
    log_in(plain);
    CHECK(!std::ifstream("plain.session-wal"));
    log_in(tgs::session("plain.session", tgs::options().wal()));
    CHECK(!std::ifstream("plain.session-wal"));
    const tgs::session session("wal.session", tgs::options().wal());
    log_in(session);
    CHECK(std::ifstream("wal.session-wal").good());
}

static void without_a_session()
{
    CHECK(tgs::version().size() >= 5 && tgs::status_name(TGS_ERROR_LOCKED) == "TGS_ERROR_LOCKED");
    CHECK(tgs::default_server_address(4)->server_address == "149.154.167.91");
    CHECK(tgs::default_server_address(2, true)->port == 80 || tgs::default_server_address(2, true)->port == 443);
    CHECK(!tgs::default_server_address(99));
    THROWS(TGS_ERROR_UNSUPPORTED, "many", tgs::list_sessions("one.session"));
}

static void everything(const tgs::session &session)
{
    fields(session);
    peers(session);
    iteration(session);
    states(session);
    files(session);
    all_at_once(session);
    reports(session);
    strings_and_conversion(session);
    session.save();
    CHECK(!session.format().view().empty() && session.change_count() > 0);
}

static void everything(const std::string &location, const tgs::options &options)
{
    tgs::session session(location, options);
    everything(session);
    values(session);
    data_centers(session);
    if (location != ":memory:") {
        session = tgs::session(location, tgs::options().create(false));
        CHECK(session.peer_by_username("tgs_anna_2")->id == 777000101); // kept, whatever the client's tables
        session.delete_();
        CHECK(!tgs::try_open(location, tgs::options().create(false)));
    }
}

int main()
{
    everything(":memory:", {});
    for (const char *format : {"pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8"}) {
        everything(std::string("cpp-") + format + ".session", tgs::options().format(format));
    }
    everything("cpp-wal.session", tgs::options().wal());
    everything(tgs::session::open_engine(std::make_unique<memory_engine>("one", std::make_shared<memory_place>())));
    everything(tgs::session::open_engine(std::make_unique<plain_engine>("two", std::make_shared<memory_place>())));
    const auto kept = tgs::session::open_engine(std::make_unique<memory_engine>("three", std::make_shared<memory_place>()));
    values(kept);
    data_centers(kept);
    const auto plain = tgs::session::open_engine(std::make_unique<plain_engine>("four", std::make_shared<memory_place>()));
    CHECK(tgs::attempt([&] { plain.set_value("salts", a_key()); }).error().status() == TGS_ERROR_UNSUPPORTED);
    expiry();
    wal_is_of_new_files();
    without_a_session();
    std::printf("%d checks\n", checks.load());
}
