// Sessions as bytes: there and back, and whatever is wrong with them.
#include <fstream>
#include <iterator>

#include "check.hpp"

static std::vector<std::uint8_t> content_of(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

static void there_and_back(const tgs::session &session)
{
    for (const bool compress : {false, true}) {
        const tgs::bytes bytes = session.to_bytes(std::nullopt, compress);
        const auto again = tgs::session::open_bytes(bytes);
        CHECK(again.user_id() == 777000123 && again.peer_by_id(5)->access_hash == 50);
        CHECK(again.format().view() == session.format().view() && again.change_count() == 0);
    }
    const auto telethon = tgs::session::open_bytes(session.to_bytes("telethon@7", true));
    CHECK(telethon.format().view() == "telethon@7" && telethon.user_id() == 777000123);
    CHECK(session.to_bytes().size() > session.to_bytes(std::nullopt, true).size());
}

static void a_file_is_bytes()
{
    const tgs::session file("bytes.session", tgs::options().format("kurigram@7"));
    log_in(file);
    const auto opened = tgs::session::open_bytes(content_of("bytes.session"));
    CHECK(opened.format().view() == "kurigram@7" && opened.user_id() == 777000123);
    opened.set_user_id(5);
    CHECK(opened.change_count() == 1 && file.user_id() == 777000123);
    const tgs::bytes changed = opened.to_bytes();
    std::ofstream("copy.session", std::ios::binary).write(reinterpret_cast<const char *>(changed.data()),
                                                          static_cast<std::streamsize>(changed.size()));
    CHECK(tgs::session("copy.session", tgs::options().create(false)).user_id() == 5);
}

static void they_are_moved()
{
    const tgs::session session(":memory:");
    log_in(session);
    tgs::bytes one = session.to_bytes(), none;
    const std::size_t size = one.size();
    CHECK(none.size() == 0 && none.begin() == none.end());
    tgs::bytes moved = std::move(one);
    CHECK(moved.size() == size && std::distance(moved.begin(), moved.end()) == static_cast<std::ptrdiff_t>(size));
    none = std::move(moved);
    tgs::bytes &itself = none;
    none = std::move(itself);
    CHECK(tgs::session::open_bytes(none).user_id() == 777000123);
}

static void age_files(const tgs::session &session)
{
    const std::string identity = "AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P";
    const tgs::bytes sealed = session.to_age_recipients({"age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f"});
    CHECK(tgs::session::open_age_identity(sealed, identity).user_id() == 777000123);
    const tgs::bytes telethon = session.to_age_passphrase("correct horse", "telethon@8");
    CHECK(tgs::session::open_age_passphrase(telethon, "correct horse").format().view() == "telethon@8");
    THROWS(TGS_ERROR_WRONG_KEY, "passphrase", tgs::session::open_age_passphrase(telethon, "wrong"));
    THROWS(TGS_ERROR_WRONG_KEY, "recipients", tgs::session::open_age_passphrase(sealed, "wrong"));
    THROWS(TGS_ERROR_WRONG_KEY, "age", tgs::session::open_bytes(sealed));
    THROWS(TGS_ERROR_NOT_A_SESSION, "age", tgs::session::open_age_identity({}, identity));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "recipient 1", session.to_age_recipients({identity.c_str()}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "", session.to_age_recipients({}));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.to_age_passphrase(std::string_view("a\0b", 3)));
}

/// Whatever is cut off or turned over: a session, or an error that is told.
static void garbage(const tgs::session &session)
{
    THROWS(TGS_ERROR_NOT_A_SESSION, "bytes", tgs::session::open_bytes({}));
    THROWS(TGS_ERROR_NOT_A_SESSION, "bytes", tgs::session::open_bytes(std::vector<std::uint8_t>(70000, 0xff)));
    const tgs::session incomplete(":memory:");
    incomplete.set_auth_key(a_key());
    THROWS(TGS_ERROR_INCOMPLETE, "dc_id", incomplete.to_bytes("telethon"));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "nobody", session.to_bytes("nobody"));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", session.to_bytes(std::string_view("a\0b", 3)));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", session.to_bytes("\xff"));
    for (const bool compress : {false, true}) {
        const tgs::bytes whole = session.to_bytes(std::nullopt, compress);
        for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 50) {
            THROWS_ANY(tgs::session::open_bytes(tgs::span<std::uint8_t>(whole.data(), size)));
        }
        std::vector<std::uint8_t> turned(whole.begin(), whole.end());
        for (std::size_t at = 0; at < turned.size(); at += 1 + turned.size() / 200) {
            turned[at] = static_cast<std::uint8_t>(~turned[at]);
            const auto read = tgs::attempt([&] { return tgs::session::open_bytes(turned).inspect(); });
            CHECK(read.ok() || read.error().what()[0] != '\0');
            turned[at] = static_cast<std::uint8_t>(~turned[at]);
        }
        CHECK(tgs::session::open_bytes(turned).user_id() == 777000123);
    }
}

int main()
{
    const tgs::session session(":memory:");
    log_in(session);
    session.update_peers({tgs::peer(5).access_hash(50)});
    const tgs::session file("main.session");
    session.convert_to(file);
    there_and_back(file);
    a_file_is_bytes();
    they_are_moved();
    age_files(file);
    garbage(file);
    std::printf("%d checks\n", checks.load());
}
