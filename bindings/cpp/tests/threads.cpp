// Threads read and write, and one closes: each call is done, or throws TGS_ERROR_CLOSED.
#include <thread>

#include "check.hpp"

static std::atomic<int> started{0};

static void use(const tgs::session &session, std::int64_t id)
{
    const auto status = [&]() -> tgs_status {
        for (;;) {
            const auto done = tgs::attempt([&] {
                session.update_peers({tgs::peer(id).access_hash(id)});
                CHECK(session.peer_by_id(id)->access_hash == id);
                for (const tgs::peer_view &peer : session.peers()) {
                    CHECK(peer.access_hash() == peer.id());
                }
            });
            started++;
            if (!done) {
                return done.error().status();
            }
        }
    }();
    CHECK(status == TGS_ERROR_CLOSED);
}

static void close_in_the_middle(const char *location)
{
    const tgs::session session(location);
    std::vector<std::thread> threads;
    started = 0;
    for (int i = 1; i <= 8; i++) {
        threads.emplace_back([&session, i] { use(session, 777000000 + i); });
    }
    while (started < 100) {
        std::this_thread::yield();
    }
    session.close();
    for (std::thread &thread : threads) {
        thread.join();
    }
}

int main()
{
    close_in_the_middle(":memory:");
    close_in_the_middle("threads.session");
    std::printf("%d checks\n", checks.load());
}
