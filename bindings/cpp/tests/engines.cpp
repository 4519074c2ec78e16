// Engines of the caller's own: what they may leave out, what becomes of what they throw, and when they go.
#include <future>
#include <new>
#include <stdexcept>
#include <thread>

#include "check.hpp"
#include "memory_engine.hpp"

static std::shared_ptr<memory_place> new_place() { return std::make_shared<memory_place>(); }

static tgs::session opened(std::shared_ptr<memory_place> place, const tgs::options &options = {})
{
    return tgs::session::open_engine(std::make_unique<memory_engine>("shelf", std::move(place)), options);
}

/// A session over an engine that throws something in each of its methods.
template <class Thrown>
static tgs::session throwing(Thrown thrown)
{
    return tgs::session::open_engine(std::make_unique<failing_engine>([thrown] { throw thrown; }));
}

/* ---------- What an engine may leave out --------------------------------------------------------------------------- */

static void only_what_is_required()
{
    const auto place = new_place();
    const auto session = tgs::session::open_engine(std::make_shared<plain_engine>("plain", place));
    const char *const names[] = {"tgs_anna"};
    session.update_peers({tgs::peer(5).usernames(names).phone_number("99966"), tgs::peer(6)});
    CHECK(session.peer_by_username("tgs_anna")->id == 5 && session.peer_by_phone_number("99966")->id == 5);
    session.update_peers({tgs::peer(6).usernames(names)});
    CHECK(session.peer_by_username("tgs_anna")->id == 6); // it moved, though nothing but ids is indexed
    session.save();
    THROWS(TGS_ERROR_UNSUPPORTED, "removes no sessions", session.delete_());
    CHECK(session.peer_by_id(5));
    const tgs::session target = tgs::session::open_engine(std::make_shared<plain_engine>("target", new_place()));
    session.convert_to(target);
    CHECK(target.peer_by_name("Anna") == std::nullopt && target.peer_by_username("tgs_anna")->id == 6);
}

static void several_fields()
{
    const auto place = new_place();
    const auto session = opened(place);
    tgs::session_data data;
    data.dc_id = 4;
    data.auth_key = tgs::auth_key(a_key());
    data.user_id = 5;
    session.set_session_data(data, tgs::field::dc_id | tgs::field::auth_key);
    CHECK(session.dc_id() == 4 && session.auth_key() && !session.user_id());
    CHECK(place->kept.data.dc_id == 4 && !place->kept.data.date);
    session.set_session_data({}, tgs::field::auth_key);
    CHECK(!session.auth_key() && session.dc_id() == 4);
    CHECK(session.change_count() == 2);
}

/* ---------- What they throw ---------------------------------------------------------------------------------------- */

static void exceptions_keep_status_and_text()
{
    THROWS(TGS_ERROR_IO, "the engine failing': the disk", throwing(tgs::error(TGS_ERROR_IO, "the disk failed")).dc_id());
    THROWS(TGS_ERROR_SERVER, "nobody", throwing(tgs::error(TGS_NOT_FOUND, "nobody")).dc_id());
    THROWS(TGS_ERROR_SERVER, "the server is gone", throwing(std::runtime_error("the server is gone")).dc_id());
    THROWS(TGS_ERROR_SERVER, "no std::exception", throwing(5).dc_id());
    THROWS(TGS_ERROR_SERVER, "bad_alloc", throwing(std::bad_alloc()).dc_id());
    THROWS(TGS_ERROR_SERVER, "caf??", throwing(std::runtime_error("caf\xff\xfe")).dc_id());
    THROWS(TGS_ERROR_SERVER, "failing", throwing(std::runtime_error("")).dc_id());
    const auto system = [](std::errc code) { return std::system_error(std::make_error_code(code), "reading"); };
    THROWS(TGS_ERROR_FILE_NOT_FOUND, "reading", throwing(system(std::errc::no_such_file_or_directory)).dc_id());
    THROWS(TGS_ERROR_PERMISSION_DENIED, "reading", throwing(system(std::errc::permission_denied)).dc_id());
    THROWS(TGS_ERROR_DISK_FULL, "reading", throwing(system(std::errc::no_space_on_device)).dc_id());
    THROWS(TGS_ERROR_SERVER, "reading", throwing(system(std::errc::connection_refused)).dc_id());
}

static void every_method_may_throw()
{
    const char *const gone = "the server is gone";
    const auto session = throwing(std::runtime_error(gone));
    tgs::session_data data;
    data.auth_key = tgs::auth_key(a_key());
    THROWS(TGS_ERROR_SERVER, gone, session.set_session_data(data, tgs::field::auth_key));
    THROWS(TGS_ERROR_SERVER, gone, session.update_peers({tgs::peer(5)}));
    THROWS(TGS_ERROR_SERVER, gone, session.peer_by_id(5));
    THROWS(TGS_ERROR_SERVER, gone, session.peer_by_username("tgs_any"));
    THROWS(TGS_ERROR_SERVER, gone, session.peer_by_name("Anna"));
    THROWS(TGS_ERROR_SERVER, gone, session.peer_by_phone_number("99966"));
    THROWS(TGS_ERROR_SERVER, gone, session.peers());
    THROWS(TGS_ERROR_SERVER, gone, session.update_states());
    THROWS(TGS_ERROR_SERVER, gone, session.update_state(0));
    THROWS(TGS_ERROR_SERVER, gone, session.set_update_states({tgs::update_state()}));
    THROWS(TGS_ERROR_SERVER, gone, session.delete_update_state(0));
    THROWS(TGS_ERROR_SERVER, gone, session.sent_files());
    THROWS(TGS_ERROR_SERVER, gone, session.cache_sent_files({tgs::sent_file{}}));
    THROWS(TGS_ERROR_SERVER, gone, session.convert_to(tgs::session(":memory:")));
    THROWS(TGS_ERROR_SERVER, gone, tgs::session(":memory:").convert_to(session));
    THROWS(TGS_ERROR_SERVER, gone, session.to_bytes());
    THROWS(TGS_ERROR_SERVER, gone, session.save());
    THROWS(TGS_ERROR_SERVER, gone, session.delete_());
    CHECK(session.change_count() == 0);
}

/// Takes everything but the fields, which come last in a conversion.
class stubborn : public memory_engine {
public:
    using memory_engine::memory_engine;
    void set_session_data(const tgs::session_data &, tgs::field) override { throw std::runtime_error("not these"); }
};

static void a_conversion_that_fails_is_undone()
{
    const tgs::session source(":memory:");
    log_in(source);
    source.update_peers({tgs::peer(5)});
    const auto place = new_place();
    const auto target = tgs::session::open_engine(std::make_unique<stubborn>("stubborn", place));
    THROWS(TGS_ERROR_SERVER, "not these", source.convert_to(target));
    CHECK(place->kept.peers.empty());
    source.convert_to(opened(place));
    CHECK(place->kept.peers.size() == 1 && place->kept.data.user_id == 777000123);
}

/* ---------- What they answer --------------------------------------------------------------------------------------- */

/// Answers with whatever a test says.
class lying : public plain_engine, public tgs::lease_store {
public:
    lying() : plain_engine("lying", new_place()) {}
    tgs::lease_store *leases() override { return this; }
    tgs::session_data get_session_data() override { return data; }
    void get_peers(std::optional<tgs::span<std::int64_t>>, const tgs::peer_answer &answer) override
    {
        kept = answer;
        answer.add({tgs::peer(7)});
        answer.add(peers);
    }
    std::optional<tgs::lease_holder> take_lease(const tgs::lease &) override { return holder; }
    void release_lease(std::string_view, std::string_view) override {}

    tgs::session_data data;
    std::vector<tgs::peer> peers;
    tgs::lease_holder holder{"nobody", 0};
    std::optional<tgs::peer_answer> kept;
};

static void wrong_answers()
{
    const auto engine = std::make_shared<lying>();
    const auto session = tgs::session::open_engine(engine);
    CHECK(session.peers().begin()->id() == 7);
    const auto no_type = static_cast<tgs::peer_type>(55);
    for (const tgs::peer &wrong : {tgs::peer(0), tgs::peer(1).type(no_type), tgs::peer(1).name("\xff")}) {
        engine->peers = {tgs::peer(2), wrong};
        THROWS(TGS_ERROR_INVALID_ARGUMENT, "peers[1]", session.peers());
    }
    // What is kept of an answer is of no use afterwards, and does no harm.
    THROWS(TGS_ERROR_CLOSED, "answer", engine->kept->add({tgs::peer(1)}));
    engine->data.server_address = std::string("a\0b", 3);
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "server_address", session.dc_id());
    engine->data = {};
    engine->data.auth_key = tgs::auth_key(a_key());
    engine->holder.owner = std::string("a\0b", 3);
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "owner", tgs::session::open_engine(engine, tgs::options().lease()));
    engine->holder = {"bot 2", 1700000000};
    THROWS(TGS_ERROR_IN_USE, "bot 2", tgs::session::open_engine(engine, tgs::options().lease()));
}

/* ---------- Leases ------------------------------------------------------------------------------------------------- */

static void a_lease_comes_and_goes()
{
    const auto place = new_place();
    const auto session = opened(place, tgs::options().lease("bot 1", std::chrono::seconds(30)));
    session.set_auth_key(a_new_key());
    CHECK(place->leases.size() == 1 && place->leases.begin()->second.holder.owner == "bot 1");
    THROWS(TGS_ERROR_IN_USE, "bot 1", opened(place, tgs::options().lease()));
    CHECK(opened(place, tgs::options().lease().no_lease()).auth_key());
    session.close();
    CHECK(place->leases.empty());
}

/// The library renews a lease from a thread of its own.
static void a_lease_that_is_lost()
{
    const auto place = new_place();
    const auto session = opened(place, tgs::options().lease("bot 1", std::chrono::seconds(3)));
    session.set_auth_key(a_new_key());
    {
        const std::lock_guard locked(place->mutex);
        place->elsewhere = {"bot 2", 1700000000};
    }
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (tgs::attempt([&] { return session.dc_id(); }).ok() && std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    THROWS(TGS_ERROR_IN_USE, "bot 2", session.dc_id());
    THROWS(TGS_ERROR_IN_USE, "bot 2", session.set_dc_id(1));
}

/* ---------- Opening, closing and threads --------------------------------------------------------------------------- */

class named : public plain_engine {
public:
    explicit named(std::string name) : plain_engine("", new_place()), name_(std::move(name)) {}
    std::string location() const override { return name_; }

private:
    std::string name_;
};

static void engines_that_cannot_be_opened()
{
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "no engine", tgs::session::open_engine(nullptr));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "NUL", tgs::session::open_engine(std::make_unique<named>(std::string("a\0b", 3))));
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs::session::open_engine(std::make_unique<named>("\xff")));
    const auto place = new_place();
    THROWS(TGS_ERROR_FILE_NOT_FOUND, "the engine shelf", opened(place, tgs::options().create(false)));
    CHECK(place->engines == 0);
}

static void an_engine_goes_with_its_session()
{
    const auto place = new_place();
    tgs::session session = opened(place);
    tgs::session moved = std::move(session);
    CHECK(place->engines == 1);
    moved.close();
    moved.close();
    CHECK(place->engines == 0);
    const auto shared = std::make_shared<memory_engine>("shared", place);
    {
        const auto one = tgs::session::open_engine(shared);
        CHECK(shared.use_count() == 2);
    }
    CHECK(shared.use_count() == 1 && place->engines == 1);
}

/// Lets a call stay in the engine until it is told to go on.
class waiting : public memory_engine {
public:
    waiting(std::shared_ptr<memory_place> place, std::promise<void> &entered, std::future<void> go_on)
        : memory_engine("waiting", std::move(place)), entered_(entered), go_on_(std::move(go_on)) {}
    void get_peers(std::optional<tgs::span<std::int64_t>> ids, const tgs::peer_answer &answer) override
    {
        entered_.set_value();
        go_on_.wait();
        memory_engine::get_peers(ids, answer);
    }

private:
    std::promise<void> &entered_;
    std::future<void> go_on_;
};

static void closing_while_a_call_is_in_the_engine()
{
    const auto place = new_place();
    opened(place).update_peers({tgs::peer(5)});
    std::promise<void> entered, go_on;
    const auto session = tgs::session::open_engine(std::make_unique<waiting>(place, entered, go_on.get_future()));
    auto found = std::async(std::launch::async, [&] { return session.peer_by_id(5); });
    entered.get_future().wait();
    session.close();
    THROWS(TGS_ERROR_CLOSED, "", session.save());
    CHECK(place->engines == 1);
    go_on.set_value();
    CHECK(found.get()->id == 5); // it came to its end
    CHECK(place->engines == 0);
}

/// Calls the session that it serves, which it must not; or closes it.
class inward : public plain_engine {
public:
    explicit inward(std::shared_ptr<memory_place> place) : plain_engine("inward", std::move(place)) {}
    std::vector<tgs::update_state> get_update_states() override { return served->update_states(); }
    std::vector<tgs::sent_file> get_sent_files() override { return served->close(), plain_engine::get_sent_files(); }
    const tgs::session *served = nullptr;
};

static void an_engine_that_calls_its_own_session()
{
    const auto place = new_place();
    auto engine = std::make_unique<inward>(place);
    inward &inside = *engine;
    const auto session = tgs::session::open_engine(std::move(engine));
    inside.served = &session;
    THROWS(TGS_ERROR_INVALID_ARGUMENT, "engine", session.update_states());
    CHECK(session.sent_files().empty());
    CHECK(place->engines == 0);
    THROWS(TGS_ERROR_CLOSED, "", session.sent_files());
}

/// Counts how many calls are in it at once.
class counting : public memory_engine {
public:
    counting(std::shared_ptr<memory_place> place, std::atomic<int> &most)
        : memory_engine("counting", std::move(place)), most_(most) {}
    void put_peers(tgs::span<tgs::peer_view> peers) override
    {
        most_ = std::max(most_.load(), ++inside_);
        memory_engine::put_peers(peers);
        --inside_;
    }

private:
    std::atomic<int> inside_{0};
    std::atomic<int> &most_;
};

static void threads_come_one_at_a_time()
{
    std::atomic<int> most{0};
    const auto session = tgs::session::open_engine(std::make_unique<counting>(new_place(), most));
    std::vector<std::thread> threads;
    for (int number = 1; number <= 8; number++) {
        threads.emplace_back([&session, number] {
            for (std::int64_t id = number * 100; id < number * 100 + 20; id++) {
                const std::string name = "tgs_" + std::to_string(id);
                const char *const names[] = {name.c_str()};
                session.update_peers({tgs::peer(id).usernames(names)});
                CHECK(session.peer_by_username(name)->id == id);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    int count = 0;
    for (const tgs::peer_view &peer : session.peers()) {
        count += peer.username_count() == 1;
    }
    CHECK(count == 160 && most == 1);
}

int main()
{
    only_what_is_required();
    several_fields();
    exceptions_keep_status_and_text();
    every_method_may_throw();
    a_conversion_that_fails_is_undone();
    wrong_answers();
    a_lease_comes_and_goes();
    a_lease_that_is_lost();
    engines_that_cannot_be_opened();
    an_engine_goes_with_its_session();
    closing_while_a_call_is_in_the_engine();
    an_engine_that_calls_its_own_session();
    threads_come_one_at_a_time();
    std::printf("%d checks\n", checks.load());
}
