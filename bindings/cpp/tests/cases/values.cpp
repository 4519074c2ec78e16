#include "values.hpp"

#include <algorithm>

const std::map<std::string, tgs::peer_type> peer_types = {
    {"TGS_PEER_TYPE_UNKNOWN", tgs::peer_type::unknown},       {"TGS_PEER_TYPE_USER", tgs::peer_type::user},
    {"TGS_PEER_TYPE_BOT", tgs::peer_type::bot},               {"TGS_PEER_TYPE_GROUP", tgs::peer_type::group},
    {"TGS_PEER_TYPE_CHANNEL", tgs::peer_type::channel},       {"TGS_PEER_TYPE_SUPERGROUP", tgs::peer_type::supergroup},
    {"TGS_PEER_TYPE_FORUM", tgs::peer_type::forum},           {"TGS_PEER_TYPE_DIRECT", tgs::peer_type::direct},
    {"TGS_PEER_TYPE_COMMUNITY", tgs::peer_type::community},   {"TGS_PEER_TYPE_OTHER", tgs::peer_type::other},
};

const std::map<std::string, tgs::field> fields = {
    {"TGS_FIELD_DC_ID", tgs::field::dc_id},           {"TGS_FIELD_SERVER_ADDRESS", tgs::field::server_address},
    {"TGS_FIELD_PORT", tgs::field::port},             {"TGS_FIELD_API_ID", tgs::field::api_id},
    {"TGS_FIELD_TEST_MODE", tgs::field::test_mode},   {"TGS_FIELD_AUTH_KEY", tgs::field::auth_key},
    {"TGS_FIELD_DATE", tgs::field::date},             {"TGS_FIELD_USER_ID", tgs::field::user_id},
    {"TGS_FIELD_IS_BOT", tgs::field::is_bot},         {"TGS_FIELD_TAKEOUT_ID", tgs::field::takeout_id},
    {"TGS_FIELD_TMP_AUTH_KEY", tgs::field::tmp_auth_key},
};

static std::string name_of(tgs::peer_type type) {
    for (const auto &[name, value] : peer_types) {
        if (value == type) {
            return name;
        }
    }
    return "a type that this binding does not know";
}

static const char *text_or_null(const json &given, const char *name) {
    const auto found = given.find(name);
    return found == given.end() || found->is_null() ? nullptr : found->get_ref<const std::string &>().c_str();
}

std::vector<std::uint8_t> octets(const json &digits) {
    const auto &text = digits.get_ref<const std::string &>();
    std::vector<std::uint8_t> bytes;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

std::string digits(tgs::span<std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::int64_t whole(const json &number) {
    return number.is_string() ? std::stoll(number.get<std::string>()) : number.get<std::int64_t>();
}

static void lease(tgs::options &made, const json &given) {
    if (given.is_boolean()) {
        given.get<bool>() ? made.lease() : made.no_lease();
    } else {
        made.lease(given.at("owner").get_ref<const std::string &>(), std::chrono::seconds(whole(given.at("seconds"))));
    }
}

tgs::options options(const json &given) {
    tgs::options made;
    if (given.is_null()) {
        return made;
    }
    for (const auto &[name, value] : given.items()) {
        if (name == "read_only") {
            made.read_only(value);
        } else if (name == "create") {
            made.create(value);
        } else if (name == "format") {
            made.format(value.get<std::string>());
        } else if (name == "expected_format") {
            made.expected_format(value.get<std::string>());
        } else if (name == "wal") {
            made.wal(value);
        } else if (name == "exclusive") {
            made.exclusive(value);
        } else if (name == "lease") {
            lease(made, value);
        } else if (name == "busy_timeout") {
            made.busy_timeout(std::chrono::milliseconds(whole(value)));
        } else if (name == "passphrase") {
            made.passphrase(value.get<std::string>());
        } else if (name == "encryption_key") {
            made.encryption_key(octets(value));
        } else if (name == "database_key") {
            made.database_key(octets(value));
        } else if (name == "passcode") {
            made.passcode(value.get<std::string>());
        } else if (name == "account") {
            made.account(value.get<std::int64_t>());
        } else if (name == "keep_foreign_tables") {
            made.keep_foreign_tables(value);
        } else if (name == "max_bytes") {
            made.max_bytes(value.get<std::uint64_t>());
        } else if (name == "cache_size") {
            made.cache_size(value.get<std::uint32_t>());
        } else if (name == "username_expiry") {
            made.username_expiry(std::chrono::seconds(whole(value)));
        } else {
            throw std::runtime_error("there is no option " + name);
        }
    }
    return made;
}

new_peers::new_peers(const json &given) {
    for (const json &peer : given) {
        peers_.push_back(one(peer));
    }
}

tgs::peer new_peers::one(const json &given) {
    tgs::peer peer(whole(given.at("id")));
    const tgs::peer_type type = peer_types.at(given.value("type", "TGS_PEER_TYPE_UNKNOWN"));
    if (type == tgs::peer_type::other) {
        peer.other_type(text_or_null(given, "type_name"));
    } else {
        peer.type(type);
    }
    if (const auto hash = known<std::int64_t>(given.value("access_hash", json()))) {
        peer.access_hash(*hash);
    }
    if (const auto listed = given.find("usernames"); listed != given.end()) {
        std::vector<const char *> &names = usernames_.emplace_back();
        for (const json &name : *listed) {
            names.push_back(name.get_ref<const std::string &>().c_str());
        }
        peer.usernames(names);
    }
    return peer.phone_number(text_or_null(given, "phone_number"))
        .name(text_or_null(given, "name"))
        .last_update_on(known<std::int64_t>(given.value("last_update_on", json())).value_or(0));
}

json shown(const tgs::peer_view &peer) {
    json usernames = json::array();
    for (const char *name : peer.usernames()) {
        usernames.push_back(name);
    }
    return {{"id", peer.id()}, {"access_hash", shown(peer.access_hash())}, {"type", name_of(peer.type())},
            {"type_name", shown(peer.type_name())}, {"usernames", usernames},
            {"phone_number", shown(peer.phone_number())}, {"name", shown(peer.name())},
            {"last_update_on", shown(peer.last_update_on())}};
}

json shown(const tgs::input_peer &peer) {
    return {{"id", peer.id}, {"bare_id", peer.bare_id}, {"access_hash", shown(peer.access_hash)},
            {"type", name_of(peer.type)}, {"last_update_on", shown(peer.last_update_on)}};
}

json shown(const tgs::update_state &state) {
    return {{"id", state.id}, {"pts", shown(state.pts)}, {"qts", shown(state.qts)}, {"date", shown(state.date)},
            {"seq", shown(state.seq)}};
}

tgs::update_state update_state(const json &given) {
    tgs::update_state state;
    state.id = whole(given.at("id"));
    state.pts = known<std::int64_t>(given.value("pts", json()));
    state.qts = known<std::int64_t>(given.value("qts", json()));
    state.date = known<std::int64_t>(given.value("date", json()));
    state.seq = known<std::int64_t>(given.value("seq", json()));
    return state;
}

json shown(const tgs::sent_file &file) {
    return {{"md5", digits(tgs::span<std::uint8_t>(file.md5, sizeof file.md5))}, {"file_size", file.file_size},
            {"type", file.type}, {"id", file.id}, {"access_hash", file.access_hash}};
}

tgs::sent_file sent_file(const json &given) {
    tgs::sent_file file{};
    const tgs::md5 hash = md5(given.at("md5"));
    std::copy(hash.begin(), hash.end(), file.md5);
    file.file_size = whole(given.at("file_size"));
    file.type = given.at("type");
    file.id = whole(given.at("id"));
    file.access_hash = whole(given.at("access_hash"));
    return file;
}

static std::optional<tgs::auth_key> key(const json &digits) {
    return digits.is_null() ? std::nullopt : std::optional(tgs::auth_key(octets(digits)));
}

tgs::session_data session_data(const json &given) {
    tgs::session_data data;
    data.dc_id = known<std::int32_t>(given.value("dc_id", json()));
    if (const char *const address = text_or_null(given, "server_address")) {
        data.server_address = address;
    }
    data.port = known<std::uint16_t>(given.value("port", json()));
    data.api_id = known<std::int32_t>(given.value("api_id", json()));
    data.test_mode = known<bool>(given.value("test_mode", json()));
    data.auth_key = key(given.value("auth_key", json()));
    data.date = known<std::int64_t>(given.value("date", json()));
    data.user_id = known<std::int64_t>(given.value("user_id", json()));
    data.is_bot = known<bool>(given.value("is_bot", json()));
    data.takeout_id = known<std::int64_t>(given.value("takeout_id", json()));
    data.tmp_auth_key = key(given.value("tmp_auth_key", json()));
    return data;
}

tgs::data_center data_center(const json &given) {
    tgs::data_center dc;
    dc.id = given.at("dc_id");
    dc.auth_key = key(given.value("auth_key", json()));
    dc.tmp_auth_key = key(given.value("tmp_auth_key", json()));
    dc.tmp_expires_at = known<std::int64_t>(given.value("tmp_expires_at", json()));
    for (const json &one : given.value("addresses", json::array())) {
        dc.addresses.push_back({one.at("server_address"), one.at("port"), one.at("is_media_only")});
    }
    return dc;
}

tgs::field which(const json &names) {
    tgs::field sum{};
    for (const json &name : names) {
        sum = sum | fields.at(name.get<std::string>());
    }
    return sum;
}

tgs::md5 md5(const json &digits) {
    const auto bytes = octets(digits);
    tgs::md5 hash{};
    if (bytes.size() != hash.size()) {
        throw std::runtime_error("an MD5 has 16 bytes");
    }
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

static json key(const std::optional<tgs::auth_key> &one) {
    return one ? json(digits({one->data(), tgs::auth_key::size()})) : json();
}

json shown(const tgs::session_data &data) {
    return {{"dc_id", shown(data.dc_id)},
            {"server_address", shown(data.server_address)},
            {"port", shown(data.port)},
            {"api_id", shown(data.api_id)},
            {"test_mode", shown(data.test_mode)},
            {"auth_key", key(data.auth_key)},
            {"date", shown(data.date)},
            {"user_id", shown(data.user_id)},
            {"is_bot", shown(data.is_bot)},
            {"takeout_id", shown(data.takeout_id)},
            {"tmp_auth_key", key(data.tmp_auth_key)}};
}

json shown(const tgs::data_center &dc) {
    json addresses = json::array();
    for (const tgs::dc_address &one : dc.addresses) {
        addresses.push_back({{"server_address", one.server_address}, {"port", one.port},
                             {"is_media_only", one.is_media_only}});
    }
    return {{"dc_id", dc.id},
            {"auth_key", key(dc.auth_key)},
            {"tmp_auth_key", key(dc.tmp_auth_key)},
            {"tmp_expires_at", shown(dc.tmp_expires_at)},
            {"addresses", addresses}};
}
