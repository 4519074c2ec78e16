// The format of bindings/cases, as its README describes it.
#ifndef TGS_CPP_TESTS_CASES_REPLAY_HPP
#define TGS_CPP_TESTS_CASES_REPLAY_HPP

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

using nlohmann::json;

/// What a call came to: a status by name, its outputs by name, and the error's message.
struct answer {
    std::string status = "TGS_OK";
    json outputs = json::object();
    std::string message = {};
};

/// Makes one call in the words of the cases; `as` is the name that the case gives to what is made.
using caller = std::function<answer(const std::string &name, const json &args, const std::string &as)>;

/// Replays a case in a folder of its own. It throws std::runtime_error that names the step.
void replay(const json &one, const std::string &root, const caller &call);

#endif
