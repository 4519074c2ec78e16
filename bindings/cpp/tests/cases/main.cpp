// The cases that every language replays, and that no function of the header is missing here. $TGS_ROOT is the repository.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "calls.hpp"
#include "header.hpp"
#include "values.hpp"

static int problems = 0;

static void problem(const std::string &what) {
    problems++;
    std::fprintf(stderr, "%s\n", what.c_str());
}

static std::vector<std::filesystem::path> case_files(const std::string &root) {
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(root + "/bindings/cases")) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

static int replay_all(const std::string &root) {
    int count = 0;
    for (const auto &file : case_files(root)) {
        for (const json &one : json::parse(std::ifstream(file))) {
            if (one.value("for", "") == "c") {
                continue;
            }
            count++;
            world here;
            try {
                replay(one, root, [&](auto &name, auto &args, auto &as) { return here.call(name, args, as); });
            } catch (const std::exception &error) {
                problem(file.stem().string() + ": " + one.at("name").get<std::string>() + ": " + error.what());
            }
        }
    }
    return count;
}

static void a_runner_that_answers_wrongly_fails(const std::string &root) {
    const json one = {{"steps", {{{"call", "tgs_version"}, {"result", {{"return", "another"}}}}}}};
    for (const answer &wrong : {answer{"TGS_OK", {{"return", "0.1.0"}}, ""}, answer{"TGS_ERROR_IO", {}, "no"},
                                answer{"TGS_OK", json::object(), ""}}) {
        try {
            replay(one, root, [&](auto &, auto &, auto &) { return wrong; });
            problem("a wrong answer passed: " + wrong.status + " " + wrong.outputs.dump());
        } catch (const std::runtime_error &) {
            continue;
        }
    }
}

static void every_function_is_known_and_no_other(const header &declared) {
    std::set<std::string> known;
    for (const auto &[name, call] : calls) {
        known.insert(name);
    }
    for (const auto &[name, where] : by_itself) {
        known.insert(name);
    }
    for (const std::string &name : declared.functions) {
        if (known.erase(name) == 0) {
            problem(name + " is in the header, and not in the table");
        }
    }
    for (const std::string &name : known) {
        problem(name + " is in the table, and not in the header");
    }
}

template <class Enum>
static void same_numbers(const std::string &what, const std::map<std::string, Enum> &known,
                         const std::map<std::string, std::int32_t> &declared) {
    std::map<std::string, std::int32_t> ours;
    for (const auto &[name, value] : known) {
        ours[name] = static_cast<std::int32_t>(value);
    }
    if (ours != declared) {
        problem(what + " are " + json(ours).dump() + " and in the header " + json(declared).dump());
    }
}

static void numbers_are_the_headers(const header &declared) {
    for (const auto &[name, number] : declared.statuses) {
        if (tgs::status_name(static_cast<tgs_status>(number)) != name) {
            problem(name + " has another name in the library");
        }
    }
    same_numbers("the types of peers", peer_types, declared.peer_types);
    same_numbers("the fields", fields, declared.fields);
}

int main() {
    const char *const root = std::getenv("TGS_ROOT");
    if (root == nullptr) {
        problem("TGS_ROOT is not set");
        return 1;
    }
    const header declared = read_header(std::string(root) + "/include/tgsession.h");
    const int count = replay_all(root);
    if (count < 50 || declared.functions.size() < 50 || declared.statuses.size() < 15) {
        problem("too few cases, functions or statuses were found");
    }
    a_runner_that_answers_wrongly_fails(root);
    every_function_is_known_and_no_other(declared);
    numbers_are_the_headers(declared);
    std::printf("%d cases, %zu functions, %d problems\n", count, declared.functions.size(), problems);
    return problems == 0 ? 0 : 1;
}
