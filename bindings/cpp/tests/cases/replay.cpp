#include "replay.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>

#include "values.hpp"

namespace fs = std::filesystem;

namespace {

constexpr long now_tolerance = 60; // seconds

using variables = std::map<std::string, json>;

[[noreturn]] void fail(const std::string &why) { throw std::runtime_error(why); }

/// A folder that goes with its case.
class folder {
public:
    folder() {
        std::string name = (fs::temp_directory_path() / "tgsession-case-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            fail("there is no folder for the case");
        }
        path = name;
    }
    folder(const folder &) = delete;
    folder &operator=(const folder &) = delete;
    ~folder() { fs::remove_all(path); }
    fs::path path;
};

std::string key(unsigned factor, unsigned first) {
    std::vector<std::uint8_t> bytes;
    for (unsigned i = 0; i < 256; i++) {
        bytes.push_back(static_cast<std::uint8_t>(factor * i + first));
    }
    return digits(bytes);
}

std::string new_key() {
    std::random_device random;
    std::vector<std::uint8_t> bytes(256);
    for (std::uint8_t &byte : bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return digits(bytes);
}

/// Puts variables in the place of "$NAME" and "$NAME/...", anywhere in a value.
json fill_in(const json &value, const variables &known) {
    if (value.is_structured()) {
        json filled = value;
        for (json &inner : filled) {
            inner = fill_in(inner, known);
        }
        return filled;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (text.empty() || text[0] != '$') {
        return value;
    }
    const std::size_t slash = text.find('/');
    const auto found = known.find(text.substr(1, slash - 1));
    if (found == known.end()) {
        return value;
    }
    return slash == std::string::npos ? found->second : json(found->second.get<std::string>() + text.substr(slash));
}

bool is_now(const json &got) {
    return got.is_number_integer() && std::labs(got.get<long>() - static_cast<long>(std::time(nullptr))) < now_tolerance;
}

/// Compares values without parts. A number beyond 2^53 is written as text; true and 1 are different answers.
bool equal(const json &got, const json &wanted) {
    if (wanted == "$any") {
        return !got.is_null();
    }
    if (wanted == "$now") {
        return is_now(got);
    }
    if (got.is_number_integer() && wanted.is_string()) {
        return got.dump() == wanted.get<std::string>();
    }
    return got == wanted;
}

/// Throws where an answer is another one. Of a part, objects may have more members than are wanted.
void compare(const json &got, const json &wanted, const std::string &where, bool is_part) {
    const bool same_parts = got.type() == wanted.type() && (got.size() == wanted.size() || (is_part && got.is_object()));
    if (!wanted.is_structured() ? !equal(got, wanted) : !same_parts) {
        fail(where + " is " + got.dump() + ", not " + wanted.dump());
    }
    if (!wanted.is_structured()) {
        return;
    }
    for (const auto &[name, inner] : wanted.items()) {
        if (wanted.is_object() && !got.contains(name)) {
            fail(where + " has no " + name);
        }
        compare(wanted.is_object() ? got[name] : got[std::stoul(name)], inner, where + "." + name, is_part);
    }
}

void check_message(const answer &got, const json &step, const variables &known) {
    const bool is_error = got.status.rfind("TGS_ERROR", 0) == 0;
    if (is_error == got.message.empty()) {
        fail("the message is '" + got.message + "'");
    }
    for (const json &part : fill_in(step.value("message", json::array()), known)) {
        if (got.message.find(part.get<std::string>()) == std::string::npos) {
            fail("'" + part.get<std::string>() + "' is not in the message '" + got.message + "'");
        }
    }
    for (const json &part : fill_in(step.value("message_lacks", json::array()), known)) {
        if (got.message.find(part.get<std::string>()) != std::string::npos) {
            fail("a secret is in the message");
        }
    }
}

/// A case tells a part of the answers that are texts of JSON, and all of everything else.
void check_result(const answer &got, const json &expected) {
    for (const auto &[name, wanted] : expected.items()) {
        if (!got.outputs.contains(name)) {
            fail("there is no " + name);
        }
        const bool is_part = name == "description" || name == "diagnosis" || name == "report";
        const json &value = got.outputs[name];
        compare(is_part && wanted.is_object() ? json::parse(value.get<std::string>()) : value, wanted, name, is_part);
    }
}

/// Steps that are no calls of the library.
bool help(const std::string &name, const json &args, answer &got) {
    if (name == "write_file") {
        const auto bytes = octets(args.at("bytes"));
        std::ofstream(args.at("path").get<std::string>(), std::ios::binary)
            .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    } else if (name == "copy_file") {
        fs::copy_file(args.at("source").get<std::string>(), args.at("target").get<std::string>());
    } else if (name == "check_file") {
        const fs::file_status status = fs::status(args.at("path").get<std::string>());
        std::ostringstream mode;
        mode << std::oct << static_cast<unsigned>(status.permissions() & fs::perms::all & ~fs::perms(07000));
        got.outputs = {{"exists", fs::exists(status)}, {"mode", fs::exists(status) ? json(mode.str()) : json()}};
    } else {
        return false;
    }
    return true;
}

void replay_step(const json &step, variables &known, const caller &call) {
    const std::string name = step.at("call");
    const json args = fill_in(step.value("args", json::object()), known);
    answer got;
    if (!help(name, args, got)) {
        got = call(name, args, step.value("as", ""));
    }
    const std::string expected = step.value("status", "TGS_OK");
    if (got.status != expected) {
        fail(got.status + " instead of " + expected + ": " + got.message);
    }
    check_message(got, step, known);
    check_result(got, fill_in(step.value("result", json::object()), known));
    const json keep = step.value("keep", json::object());
    for (const auto &[output, variable] : keep.items()) {
        known[variable] = got.outputs.at(output);
    }
}

} // namespace

void replay(const json &one, const std::string &root, const caller &call) {
    const folder here;
    variables known = {{"TMP", here.path.string()}, {"STORE", "sqlite:///" + here.path.string()}, {"FIXTURES", root + "/tests/fixtures"},
                       {"KEY", key(7, 3)}, {"KEY2", key(5, 1)}, {"NEWKEY", new_key()}};
    std::size_t number = 0;
    for (const json &step : one.at("steps")) {
        number++;
        try {
            replay_step(step, known, call);
        } catch (const std::exception &error) {
            fail("step " + std::to_string(number) + ", " + step.at("call").get<std::string>() + ": " + error.what());
        }
    }
}
