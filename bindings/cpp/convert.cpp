// convert SOURCE TARGET FORMAT [NAME=VALUE...]: another client's file, and a session string of it.
#include <iostream>
#include <vector>

#include "tgsession.hpp"

static void show(const tgs::report &report)
{
    for (const tgs::report_entry &entry : report) { // structs: no JSON to read
        std::cout << entry.subject << ": " << entry.outcome.value_or(entry.detail.value_or("-"));
        if (entry.outcome && entry.detail) {
            std::cout << " from " << *entry.detail;
        }
        std::cout << (entry.outcome && entry.number ? " " + std::to_string(*entry.number) : "") << '\n';
    }
}

static void convert(const char *from, const char *to, const char *format, const std::vector<const char *> &overrides)
{
    const tgs::session source(from, tgs::options().read_only()); // a file, a session string or a URL, of any client
    const tgs::session target(to, tgs::options().format(format));
    show(tgs::report(source.convert_to(target, overrides)));
    target.save();
    const tgs::counts counts = target.counts();
    std::cout << counts.peers << " peers with " << counts.usernames << " usernames\n";
}

static int exported(const char *location)
{
    const auto session = tgs::try_open(location, tgs::options().read_only()); // a tgs::result: no exception
    if (!session) {
        std::cerr << session.error().what() << '\n';
        return 1;
    }
    const auto string = tgs::attempt([&] { return session.value().export_session_string("telethon"); });
    if (string) {
        std::cout << "a session string of " << string.value().view().size() << " characters\n"; // guard it like a password
    } else if (string.error().status() == TGS_ERROR_INCOMPLETE) {
        std::cout << string.error().what() << '\n'; // names what the string needs and the session lacks
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::cerr << "usage: convert SOURCE TARGET FORMAT [NAME=VALUE...]\n";
        return 2;
    }
    try {
        convert(argv[1], argv[2], argv[3], {argv + 4, argv + argc});
        return exported(argv[2]);
    } catch (const tgs::error &error) { // the status for programs, the text for people: file, cause and remedy, no secret
        std::cerr << tgs::status_name(error.status()) << ": " << error.what() << '\n';
        return error.status() == TGS_ERROR_INCOMPLETE ? 3 : 1;
    }
}
