#include "calls.hpp"

#include <stdexcept>

#include "values.hpp"

using session = tgs::session;
using call = std::function<answer(world &, const json &)>;

const std::map<std::string, std::string> by_itself = {
    {"tgs_error_status", "detail::outcome: the call's own status says the same"},
    {"tgs_error_message", "detail::outcome, for error::what()"},
    {"tgs_error_free", "detail::outcome, when it goes"},
    {"tgs_string_free", "text, when it goes"},
    {"tgs_bytes_free", "bytes, when it goes"},
    {"tgs_session_data_free", "session::get_session_data, when it was copied"},
    {"tgs_dc_free", "session::data_center, when it was copied"},
    {"tgs_report_new", "report; behaviours.cpp shows it"},
    {"tgs_report_next", "report; behaviours.cpp shows it"},
    {"tgs_report_free", "report, when it was copied"},
    {"tgs_answer_value", "called by the engine: value_answer::add"},
    {"tgs_answer_session_data", "called by the engine: what engine::get_session_data returns"},
    {"tgs_answer_peers", "called by the engine: peer_answer::add"},
    {"tgs_answer_update_states", "called by the engine: what engine::get_update_states returns"},
    {"tgs_answer_sent_files", "called by the engine: what engine::get_sent_files returns"},
    {"tgs_answer_holder", "called by the engine: what lease_store::take_lease returns"},
    {"tgs_answer_cause", "called by the engine: the text of what it throws"},
    {"tgs_options_new", "options, when a session is opened with them"},
    {"tgs_options_free", "options, after opening"},
    {"tgs_options_set_read_only", "options::read_only"},
    {"tgs_options_set_create", "options::create"},
    {"tgs_options_set_format", "options::format"},
    {"tgs_options_set_expected_format", "options::expected_format"},
    {"tgs_options_set_wal", "options::wal"},
    {"tgs_options_set_exclusive", "options::exclusive"},
    {"tgs_options_set_lease", "options::lease"},
    {"tgs_options_set_busy_timeout", "options::busy_timeout"},
    {"tgs_options_set_max_bytes", "options::max_bytes"},
    {"tgs_options_set_cache_size", "options::cache_size"},
    {"tgs_options_set_passphrase", "options::passphrase"},
    {"tgs_options_set_encryption_key", "options::encryption_key"},
    {"tgs_options_set_database_key", "options::database_key"},
    {"tgs_options_set_passcode", "options::passcode"},
    {"tgs_options_set_account", "options::account"},
    {"tgs_options_set_keep_foreign_tables", "options::keep_foreign_tables"},
    {"tgs_options_set_username_expiry", "options::username_expiry"},
};

/* ---------- How a call becomes an answer ------------------------------------------------------------------------- */

static answer found(json outputs) { return {"TGS_OK", std::move(outputs), {}}; }
static answer not_found() { return {"TGS_NOT_FOUND", json::object(), {}}; }

static std::string string(const tgs::text &text) { return std::string(text.view()); }
static std::string text(const json &args, const char *name) { return args.at(name).get<std::string>(); }

/// A method without an answer.
static call action(void (session::*act)() const) {
    return [act](world &w, const json &args) { return (w.session(args).*act)(), answer(); };
}

template <class T>
static call getter(const char *name, std::optional<T> (session::*get)() const) {
    return [=](world &w, const json &args) {
        const auto value = (w.session(args).*get)();
        return value ? found({{name, *value}}) : not_found();
    };
}

template <class T>
static call setter(const char *name, void (session::*set)(std::optional<T>) const) {
    return [=](world &w, const json &args) { return (w.session(args).*set)(known<T>(args.at(name))), answer(); };
}

static call key_getter(std::optional<tgs::auth_key> (session::*get)() const) {
    return [=](world &w, const json &args) {
        const auto key = (w.session(args).*get)();
        return key ? found({{"key", digits({key->data(), tgs::auth_key::size()})}}) : not_found();
    };
}

static call key_setter(void (session::*set)(tgs::span<std::uint8_t>) const, void (session::*remove)(std::nullopt_t) const) {
    return [=](world &w, const json &args) {
        const json &key = args.at("key");
        key.is_null() ? (w.session(args).*remove)(std::nullopt) : (w.session(args).*set)(octets(key));
        return answer();
    };
}

static answer lookup(const std::optional<tgs::input_peer> &peer) {
    return peer ? found({{"peer", shown(*peer)}}) : not_found();
}

/* ---------- Calls that need a word more --------------------------------------------------------------------------- */

static answer get_server_address(world &w, const json &args) {
    const auto address = w.session(args).server_address();
    return address ? found({{"server_address", string(*address)}}) : not_found();
}

static answer set_server_address(world &w, const json &args) {
    const json &address = args.at("server_address");
    w.session(args).set_server_address(address.is_null() ? std::nullopt
                                                         : std::optional(address.get_ref<const std::string &>()));
    return answer();
}

static answer default_server_address(world &, const json &args) {
    const auto address = tgs::default_server_address(args.at("dc_id"), args.at("test_mode"));
    return address ? found({{"server_address", address->server_address}, {"port", address->port}}) : not_found();
}

static answer get_peer_by_username(world &w, const json &args) {
    const auto peer = w.session(args).peer_by_username(text(args, "username"));
    return peer.found == tgs::found::expired ? answer{"TGS_EXPIRED", json::object(), {}} : lookup(peer.peer);
}

static answer to_bytes(world &w, const json &args) {
    const json &format = args.at("format");
    const auto name = format.is_null() ? std::nullopt : std::optional(format.get_ref<const std::string &>());
    const tgs::bytes bytes = w.session(args).to_bytes(name, args.at("compress"));
    return found({{"bytes", digits(bytes)}});
}

static answer get_update_state(world &w, const json &args) {
    const auto state = w.session(args).update_state(whole(args.at("id")));
    return state ? found({{"state", shown(*state)}}) : not_found();
}

static std::vector<std::int64_t> ids_of(const json &args) {
    std::vector<std::int64_t> ids;
    for (const json &id : args.at("ids")) {
        ids.push_back(whole(id));
    }
    return ids;
}

static answer peer_iter_new(world &w, const json &args) {
    return w.keep(args.at("ids").is_null() ? w.session(args).peers() : w.session(args).peers(ids_of(args)));
}

static answer get_peers(world &w, const json &args) {
    json peers = json::array();
    for (const auto &peer : w.session(args).peers_by_ids(ids_of(args))) {
        peers.push_back(peer ? shown(*peer) : json());
    }
    return found({{"peers", peers}});
}

static answer peer_iter_next(world &w, const json &args) {
    tgs::peer_range &walk = w.walk(args).value();
    const auto peer = walk.begin();
    return peer != walk.end() ? found({{"peer", shown(*peer)}}) : not_found();
}

static answer set_update_states(world &w, const json &args) {
    std::vector<tgs::update_state> states;
    for (const json &state : args.at("states")) {
        states.push_back(update_state(state));
    }
    w.session(args).set_update_states(states);
    return answer();
}

static answer get_sent_file(world &w, const json &args) {
    const auto file = w.session(args).sent_file(md5(args.at("md5")), whole(args.at("file_size")), args.at("type"));
    return file ? found({{"file", shown(*file)}}) : not_found();
}

static answer cache_sent_files(world &w, const json &args) {
    std::vector<tgs::sent_file> files;
    for (const json &file : args.at("files")) {
        files.push_back(sent_file(file));
    }
    w.session(args).cache_sent_files(files);
    return answer();
}

static answer get_value(world &w, const json &args) {
    const auto value = w.session(args).value(text(args, "name"));
    return value ? found({{"bytes", digits(*value)}}) : not_found();
}

static answer get_counts(world &w, const json &args) {
    const tgs::counts counts = w.session(args).counts();
    return found({{"counts", {{"peers", counts.peers}, {"usernames", counts.usernames},
                              {"update_states", counts.update_states}, {"sent_files", counts.sent_files},
                              {"values", counts.values}}}});
}

static answer export_session_string(world &w, const json &args) {
    tgs::text report;
    const tgs::text exported = w.session(args).export_session_string(text(args, "format"), &report);
    return found({{"text", string(exported)}, {"report", string(report)}});
}

static std::vector<const char *> overrides_of(const json &args) {
    std::vector<const char *> overrides;
    for (const json &one : args.at("overrides")) {
        overrides.push_back(one.get_ref<const std::string &>().c_str());
    }
    return overrides;
}

static answer convert(world &w, const json &args) {
    const tgs::text report = w.session(args, "source").convert_to(w.session(args, "target"), overrides_of(args));
    return found({{"report", string(report)}});
}

static answer convert_with_options(world &w, const json &args) {
    const session &source = w.session(args, "source"), &target = w.session(args, "target");
    const tgs::text report = source.convert_to(target, overrides_of(args), options(args.at("options")));
    return found({{"report", string(report)}});
}

static answer export_file(world &w, const json &args) {
    const session &source = w.session(args, "source");
    return found({{"report", string(source.export_file(text(args, "format"), text(args, "path"), overrides_of(args)))}});
}

static answer export_file_with_options(world &w, const json &args) {
    const session &source = w.session(args, "source");
    const auto report =
        source.export_file(text(args, "format"), text(args, "path"), overrides_of(args), options(args.at("options")));
    return found({{"report", string(report)}});
}

static answer to_age(world &w, const json &args) {
    const json &format = args.at("format"), &passphrase = args.at("passphrase"), &recipients = args.at("recipients");
    const auto name = format.is_null() ? std::nullopt : std::optional(format.get_ref<const std::string &>());
    if (!passphrase.is_null()) {
        return found({{"bytes", digits(w.session(args).to_age_passphrase(text(args, "passphrase"), name))}});
    }
    const json none = json::array();
    const json &given = recipients.is_null() ? none : recipients; // a copy would go before its texts
    std::vector<const char *> texts;
    for (const json &one : given) {
        texts.push_back(one.get_ref<const std::string &>().c_str());
    }
    return found({{"bytes", digits(w.session(args).to_age_recipients(texts, name))}});
}

static answer open_age(world &w, const json &args) {
    const auto bytes = octets(args.at("bytes"));
    const tgs::options made = options(args.at("options"));
    return w.keep(args.at("passphrase").is_null() ? session::open_age_identity(bytes, text(args, "identity"), made)
                                                  : session::open_age_passphrase(bytes, text(args, "passphrase"), made));
}

/* ---------- The table --------------------------------------------------------------------------------------------- */

const std::map<std::string, call> calls = {
    {"tgs_abi_version", [](world &, const json &) { return found({{"return", tgs_abi_version()}}); }},
    {"tgs_version", [](world &, const json &) { return found({{"return", tgs::version()}}); }},
    {"tgs_status_name", [](world &, const json &args) {
        return found({{"return", tgs::status_name(static_cast<tgs_status>(args.at("status").get<int>()))}});
    }},
    {"tgs_open", [](world &w, const json &args) {
        return w.keep(session(text(args, "location"), options(args.at("options"))));
    }},
    {"tgs_open_string", [](world &w, const json &args) {
        return w.keep(session::open_string(text(args, "text"), options(args.at("options"))));
    }},
    {"tgs_open_bytes", [](world &w, const json &args) {
        return w.keep(session::open_bytes(octets(args.at("bytes")), options(args.at("options"))));
    }},
    {"tgs_open_engine", [](world &w, const json &args) {
        return w.keep(session::open_engine(w.engine(text(args, "engine")), options(args.at("options"))));
    }},
    {"tgs_list_sessions", [](world &, const json &args) {
        return found({{"names", json::parse(tgs::list_sessions(text(args, "location")).view())}});
    }},
    {"tgs_save", action(&session::save)},
    {"tgs_change_passphrase", [](world &w, const json &args) {
        return w.session(args).change_passphrase(text(args, "passphrase")), answer();
    }},
    {"tgs_change_encryption_key", [](world &w, const json &args) {
        return w.session(args).change_encryption_key(octets(args.at("key"))), answer();
    }},
    {"tgs_close", [](world &w, const json &args) { return w.session(args).close(), answer(); }},
    {"tgs_delete", action(&session::delete_)},
    {"tgs_get_format", [](world &w, const json &args) { return found({{"format", string(w.session(args).format())}}); }},
    {"tgs_get_dc_id", getter("dc_id", &session::dc_id)},
    {"tgs_set_dc_id", setter("dc_id", &session::set_dc_id)},
    {"tgs_get_server_address", get_server_address},
    {"tgs_set_server_address", set_server_address},
    {"tgs_get_port", getter("port", &session::port)},
    {"tgs_set_port", setter("port", &session::set_port)},
    {"tgs_get_api_id", getter("api_id", &session::api_id)},
    {"tgs_set_api_id", setter("api_id", &session::set_api_id)},
    {"tgs_get_test_mode", getter("test_mode", &session::test_mode)},
    {"tgs_set_test_mode", setter("test_mode", &session::set_test_mode)},
    {"tgs_get_auth_key", key_getter(&session::auth_key)},
    {"tgs_set_auth_key", key_setter(&session::set_auth_key, &session::set_auth_key)},
    {"tgs_get_date", getter("date", &session::date)},
    {"tgs_set_date", setter("date", &session::set_date)},
    {"tgs_get_user_id", getter("user_id", &session::user_id)},
    {"tgs_set_user_id", setter("user_id", &session::set_user_id)},
    {"tgs_get_is_bot", getter("is_bot", &session::is_bot)},
    {"tgs_set_is_bot", setter("is_bot", &session::set_is_bot)},
    {"tgs_get_takeout_id", getter("takeout_id", &session::takeout_id)},
    {"tgs_set_takeout_id", setter("takeout_id", &session::set_takeout_id)},
    {"tgs_get_tmp_auth_key", key_getter(&session::tmp_auth_key)},
    {"tgs_set_tmp_auth_key", key_setter(&session::set_tmp_auth_key, &session::set_tmp_auth_key)},
    {"tgs_set_session_data", [](world &w, const json &args) {
        return w.session(args).set_session_data(session_data(args.at("data")), which(args.at("which"))), answer();
    }},
    {"tgs_get_session_data", [](world &w, const json &args) {
        return found({{"data", shown(w.session(args).get_session_data())}});
    }},
    {"tgs_set_value", [](world &w, const json &args) {
        return w.session(args).set_value(text(args, "name"), octets(args.at("bytes"))), answer();
    }},
    {"tgs_get_value", get_value},
    {"tgs_delete_value", [](world &w, const json &args) {
        return w.session(args).delete_value(text(args, "name")), answer();
    }},
    {"tgs_list_values", [](world &w, const json &args) {
        return found({{"names", json::parse(w.session(args).list_values().view())}});
    }},
    {"tgs_set_dc", [](world &w, const json &args) {
        return w.session(args).set_data_center(data_center(args.at("dc"))), answer();
    }},
    {"tgs_get_dc", [](world &w, const json &args) {
        const auto dc = w.session(args).data_center(args.at("dc_id"));
        return dc ? found({{"dc", shown(*dc)}}) : not_found();
    }},
    {"tgs_delete_dc", [](world &w, const json &args) {
        return w.session(args).delete_data_center(args.at("dc_id")), answer();
    }},
    {"tgs_list_dcs", [](world &w, const json &args) {
        return found({{"ids", w.session(args).data_center_ids()}});
    }},
    {"tgs_get_counts", get_counts},
    {"tgs_default_server_address", default_server_address},
    {"tgs_update_peers", [](world &w, const json &args) {
        return w.session(args).update_peers(new_peers(args.at("peers")).all()), answer();
    }},
    {"tgs_merge_peers", [](world &w, const json &args) {
        return w.session(args).merge_peers(new_peers(args.at("peers")).all()), answer();
    }},
    {"tgs_delete_peers", [](world &w, const json &args) {
        return w.session(args).delete_peers(ids_of(args)), answer();
    }},
    {"tgs_delete_all_peers", [](world &w, const json &args) { return w.session(args).delete_all_peers(), answer(); }},
    {"tgs_prune_peers", [](world &w, const json &args) {
        const std::int64_t seen_before = whole(args.at("seen_before"));
        const std::int64_t keep_newest = whole(args.at("keep_newest"));
        const auto given = [](std::int64_t number, std::int64_t absent) {
            return number == absent ? std::nullopt : std::optional<std::int64_t>(number);
        };
        return found({{"removed", w.session(args).prune_peers(given(seen_before, 0), given(keep_newest, -1),
                                                              peer_types.at(args.at("peer_type")))}});
    }},
    {"tgs_compact", [](world &w, const json &args) {
        return found({{"freed", w.session(args).compact(whole(args.at("max_bytes")))}});
    }},
    {"tgs_get_peers", get_peers},
    {"tgs_get_peer_by_id", [](world &w, const json &args) {
        return lookup(w.session(args).peer_by_id(whole(args.at("id"))));
    }},
    {"tgs_get_peer_by_username", get_peer_by_username},
    {"tgs_get_peer_by_name", [](world &w, const json &args) {
        return lookup(w.session(args).peer_by_name(text(args, "name")));
    }},
    {"tgs_get_peer_by_phone_number", [](world &w, const json &args) {
        return lookup(w.session(args).peer_by_phone_number(text(args, "phone_number")));
    }},
    {"tgs_peer_iter_new", peer_iter_new},
    {"tgs_peer_iter_next", peer_iter_next},
    {"tgs_peer_iter_free", [](world &w, const json &args) { return w.walk(args).reset(), answer(); }},
    {"tgs_get_update_states", [](world &w, const json &args) {
        return found({{"states", shown(w.session(args).update_states())}});
    }},
    {"tgs_get_update_state", get_update_state},
    {"tgs_set_update_states", set_update_states},
    {"tgs_delete_update_state", [](world &w, const json &args) {
        return w.session(args).delete_update_state(whole(args.at("id"))), answer();
    }},
    {"tgs_get_sent_files", [](world &w, const json &args) {
        return found({{"files", shown(w.session(args).sent_files())}});
    }},
    {"tgs_get_sent_file", get_sent_file},
    {"tgs_cache_sent_files", cache_sent_files},
    {"tgs_export_session_string", export_session_string},
    {"tgs_convert", convert},
    {"tgs_convert_with_options", convert_with_options},
    {"tgs_export_file", export_file},
    {"tgs_export_file_with_options", export_file_with_options},
    {"tgs_to_bytes", to_bytes},
    {"tgs_to_age", to_age},
    {"tgs_open_age", open_age},
    {"tgs_change_count", [](world &w, const json &args) {
        return found({{"count", w.session(args).change_count()}});
    }},
    {"tgs_inspect", [](world &w, const json &args) {
        return found({{"description", string(w.session(args).inspect(args.at("show_secrets")))}});
    }},
    {"tgs_diagnose", [](world &, const json &args) {
        return found({{"diagnosis", string(tgs::diagnose(text(args, "text")))}});
    }},
};

std::shared_ptr<tgs::engine> world::engine(const std::string &name) {
    if (name == "failing") {
        return std::make_shared<failing_engine>([] { throw std::runtime_error("the server is gone"); });
    }
    auto &place = places_[name];
    if (!place) {
        place = std::make_shared<memory_place>();
    }
    if (name == "taken") {
        place->elsewhere = {"bot 2 on another machine", 1700000000};
    }
    return std::make_shared<memory_engine>(name, place);
}

answer world::call(const std::string &name, const json &args, const std::string &as) {
    const auto made = calls.find(name);
    if (made == calls.end()) {
        throw std::runtime_error("it is not in the table");
    }
    as_ = as;
    try {
        return made->second(*this, args);
    } catch (const tgs::error &error) {
        return {std::string(tgs::status_name(error.status())), json::object(), error.what()};
    }
}
