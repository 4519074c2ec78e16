// Each function of include/tgsession.h -> what the binding calls it.
#ifndef TGS_CPP_TESTS_CASES_CALLS_HPP
#define TGS_CPP_TESTS_CASES_CALLS_HPP

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "../memory_engine.hpp"
#include "replay.hpp"
#include "tgsession.hpp"

/// The sessions, walks and engines' places of a case, by their names. What a case leaves open is closed with it.
class world {
public:
    answer call(const std::string &name, const json &args, const std::string &as);

    tgs::session &session(const json &args, const char *name = "session") { return sessions_.at(args.at(name)); }
    std::optional<tgs::peer_range> &walk(const json &args) { return walks_.at(args.at("iter")); }
    /// A new engine at the place of this name.
    std::shared_ptr<tgs::engine> engine(const std::string &name);
    /// Keeps it under the name that the step gives.
    answer keep(tgs::session opened) { return sessions_.insert_or_assign(as_, std::move(opened)), answer(); }
    answer keep(tgs::peer_range begun) { return walks_.insert_or_assign(as_, std::move(begun)), answer(); }

private:
    std::map<std::string, std::shared_ptr<memory_place>> places_;
    std::map<std::string, tgs::session> sessions_;
    std::map<std::string, std::optional<tgs::peer_range>> walks_;
    std::string as_;
};

extern const std::map<std::string, std::function<answer(world &, const json &)>> calls;

/// What the binding calls by itself, and where.
extern const std::map<std::string, std::string> by_itself;

#endif
