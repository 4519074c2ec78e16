// The values of the cases and those of the binding, both ways.
#ifndef TGS_CPP_TESTS_CASES_VALUES_HPP
#define TGS_CPP_TESTS_CASES_VALUES_HPP

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tgsession.hpp"

using nlohmann::json;

/// The types of peers by their names in the header.
extern const std::map<std::string, tgs::peer_type> peer_types;

/// The fields by their names in the header.
extern const std::map<std::string, tgs::field> fields;

/// Bytes are hexadecimal digits.
std::vector<std::uint8_t> octets(const json &digits);
std::string digits(tgs::span<std::uint8_t> bytes);

/// A number, which a case writes as text beyond 2^53.
std::int64_t whole(const json &number);

/// Absent is null.
template <class T>
std::optional<T> known(const json &value) {
    if (value.is_null()) {
        return std::nullopt;
    }
    if constexpr (std::is_same_v<T, bool>) {
        return value.get<bool>();
    } else {
        return static_cast<T>(whole(value));
    }
}

template <class T>
json shown(const std::optional<T> &value) {
    return value ? json(*value) : json();
}

tgs::options options(const json &given);

/// Peers as the binding takes them: it borrows their texts, which are the case's.
class new_peers {
public:
    explicit new_peers(const json &given);
    const std::vector<tgs::peer> &all() const { return peers_; }

private:
    tgs::peer one(const json &given);
    std::vector<tgs::peer> peers_;
    std::deque<std::vector<const char *>> usernames_; // a deque: what is lent must not move
};

json shown(const tgs::peer_view &peer);
json shown(const tgs::input_peer &peer);
json shown(const tgs::update_state &state);
json shown(const tgs::sent_file &file);
json shown(const tgs::session_data &data);
json shown(const tgs::data_center &dc);
tgs::update_state update_state(const json &given);
tgs::sent_file sent_file(const json &given);
tgs::session_data session_data(const json &given);
tgs::data_center data_center(const json &given);
/// Bits are a list of names.
tgs::field which(const json &names);
tgs::md5 md5(const json &digits);

template <class T>
json shown(const std::vector<T> &list) {
    json all = json::array();
    for (const T &one : list) {
        all.push_back(shown(one));
    }
    return all;
}

#endif
