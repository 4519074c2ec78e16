package tgsession_test

import (
	"errors"
	"iter"

	"github.com/tgsession/tgsession/bindings/go"
)

type session = tgsession.Session

// byItself is what the package calls by itself, and where.
var byItself = map[string]string{
	"tgs_error_status":                    "failure: the call's own status says the same",
	"tgs_error_message":                   "failure, for Error.Message",
	"tgs_error_free":                      "failure, when the Error is made",
	"tgs_string_free":                     "taken, when the text was read",
	"tgs_options_new":                     "Open and OpenString with options",
	"tgs_options_free":                    "Open and OpenString, after opening",
	"tgs_options_set_read_only":           "the option ReadOnly",
	"tgs_options_set_create":              "the option MustExist",
	"tgs_options_set_format":              "the option Format",
	"tgs_options_set_expected_format":     "the option ExpectedFormat",
	"tgs_options_set_busy_timeout":        "the option BusyTimeout",
	"tgs_options_set_max_bytes":           "the option MaxBytes",
	"tgs_options_set_cache_size":          "the option CacheSize",
	"tgs_options_set_passphrase":          "the option Passphrase",
	"tgs_options_set_encryption_key":      "the option EncryptionKey",
	"tgs_options_set_database_key":        "the option DatabaseKey",
	"tgs_options_set_passcode":            "the option Passcode",
	"tgs_options_set_account":             "the option Account",
	"tgs_options_set_keep_foreign_tables": "the option KeepForeignTables",
	"tgs_options_set_username_expiry":     "the option UsernameExpiry",
	"tgs_options_set_wal":                 "the option WAL",
	"tgs_options_set_exclusive":           "the option Exclusive",
	"tgs_options_set_lease":               "the options WithLease and LeaseOwner",
	"tgs_session_data_free":               "Session.SessionData, when it was copied",
	"tgs_dc_free":                         "Session.DC, when it was copied",
	"tgs_report_new":                      "not needed: lists and reports are values of Go",
	"tgs_report_next":                     "not needed: lists and reports are values of Go",
	"tgs_report_free":                     "not needed: lists and reports are values of Go",
	"tgs_answer_value":                    "called by the engine, for Values",
	"tgs_bytes_free":                      "Session.Bytes and those of age, when they were copied",
	"tgs_answer_session_data":             "called by the engine, for Data",
	"tgs_answer_peers":                    "called by the engine, for Peers and those by their names and numbers",
	"tgs_answer_update_states":            "called by the engine, for UpdateStates",
	"tgs_answer_sent_files":               "called by the engine, for SentFiles",
	"tgs_answer_holder":                   "called by the engine, for TakeLease",
	"tgs_answer_cause":                    "called by the engine, for an error of any method",
}

// call makes one call. Its outputs have the names that the header gives them.
type call func(w *world, args *arguments) (object, error)

// calls is what the package calls each function of include/tgsession.h.
var calls = map[string]call{
	"tgs_abi_version": abiVersion,
	"tgs_version":     plain(func(*arguments) any { return tgsession.Version() }),
	"tgs_status_name": plain(func(a *arguments) any { return tgsession.Status(a.Status).String() }),
	"tgs_open":        open,
	"tgs_open_string": openString,
	"tgs_open_bytes":  openBytes,
	"tgs_open_age":    openAge,
	"tgs_open_engine": openEngine,
	"tgs_list_sessions": func(_ *world, a *arguments) (object, error) {
		names, err := tgsession.ListSessions(a.Location)
		return object{"names": names}, err
	},

	"tgs_change_passphrase":     action(func(s *session, a *arguments) error { return s.ChangePassphrase(orEmpty(a.Passphrase)) }),
	"tgs_change_encryption_key": action(func(s *session, a *arguments) error { return s.ChangeEncryptionKey(a.Key) }),
	"tgs_save":                  action(func(s *session, _ *arguments) error { return s.Save() }),
	"tgs_close":                 action(func(s *session, _ *arguments) error { return s.Close() }),
	"tgs_delete":                action(func(s *session, _ *arguments) error { return s.Delete() }),
	"tgs_get_format":            question("format", func(s *session, _ *arguments) (string, error) { return s.Format() }),

	"tgs_get_dc_id":          field("dc_id", (*session).DCID),
	"tgs_set_dc_id":          action(func(s *session, a *arguments) error { return s.SetDCID(known[int32](a.DCID)) }),
	"tgs_get_server_address": field("server_address", (*session).ServerAddress),
	"tgs_set_server_address": action(func(s *session, a *arguments) error { return s.SetServerAddress(a.ServerAddress) }),
	"tgs_get_port":           field("port", (*session).Port),
	"tgs_set_port":           action(func(s *session, a *arguments) error { return s.SetPort(known[uint16](a.Port)) }),
	"tgs_get_api_id":         field("api_id", (*session).APIID),
	"tgs_set_api_id":         action(func(s *session, a *arguments) error { return s.SetAPIID(known[int32](a.APIID)) }),
	"tgs_get_test_mode":      field("test_mode", (*session).TestMode),
	"tgs_set_test_mode":      action(func(s *session, a *arguments) error { return s.SetTestMode(a.TestMode) }),
	"tgs_get_auth_key":       key((*session).AuthKey),
	"tgs_set_auth_key":       action(func(s *session, a *arguments) error { return s.SetAuthKey(a.Key) }),
	"tgs_get_date":           field("date", (*session).Date),
	"tgs_set_date":           action(func(s *session, a *arguments) error { return s.SetDate(known[int64](a.Date)) }),
	"tgs_get_user_id":        field("user_id", (*session).UserID),
	"tgs_set_user_id":        action(func(s *session, a *arguments) error { return s.SetUserID(known[int64](a.UserID)) }),
	"tgs_get_is_bot":         field("is_bot", (*session).IsBot),
	"tgs_set_is_bot":         action(func(s *session, a *arguments) error { return s.SetIsBot(a.IsBot) }),
	"tgs_get_takeout_id":     field("takeout_id", (*session).TakeoutID),
	"tgs_set_takeout_id": action(func(s *session, a *arguments) error {
		return s.SetTakeoutID(known[int64](a.TakeoutID))
	}),
	"tgs_get_tmp_auth_key": key((*session).TmpAuthKey),
	"tgs_set_tmp_auth_key": action(func(s *session, a *arguments) error { return s.SetTmpAuthKey(a.Key) }),

	"tgs_default_server_address": defaultServerAddress,
	"tgs_set_session_data": action(func(s *session, a *arguments) error {
		return s.SetData(a.Data.ours(), bits(a.Which))
	}),

	"tgs_get_session_data": question("data", func(s *session, _ *arguments) (sessionData, error) {
		data, err := s.SessionData()
		return newSessionData(data), err
	}),
	"tgs_set_value": action(func(s *session, a *arguments) error { return s.SetValue(a.Name, a.Bytes) }),
	"tgs_get_value": question("bytes", func(s *session, a *arguments) (bytes, error) {
		return s.Value(a.Name)
	}),
	"tgs_delete_value": action(func(s *session, a *arguments) error { return s.DeleteValue(a.Name) }),
	"tgs_list_values":  question("names", func(s *session, _ *arguments) ([]string, error) { return s.ValueNames() }),
	"tgs_set_dc":       action(func(s *session, a *arguments) error { return s.SetDC(a.DC.ours()) }),
	"tgs_get_dc": question("dc", func(s *session, a *arguments) (dataCenter, error) {
		found, err := s.DC(int32(*a.DCID))
		return newDataCenter(found), err
	}),
	"tgs_delete_dc": action(func(s *session, a *arguments) error { return s.DeleteDC(int32(*a.DCID)) }),
	"tgs_list_dcs":  question("ids", func(s *session, _ *arguments) ([]int32, error) { return s.DCIDs() }),
	"tgs_get_counts": question("counts", func(s *session, _ *arguments) (counts, error) {
		found, err := s.Counts()
		return counts(found), err
	}),

	"tgs_update_peers": action(func(s *session, a *arguments) error {
		return s.UpdatePeers(each(a.Peers, peer.ours))
	}),
	"tgs_merge_peers": action(func(s *session, a *arguments) error {
		return s.MergePeers(each(a.Peers, peer.ours))
	}),
	"tgs_delete_peers": action(func(s *session, a *arguments) error {
		return s.DeletePeers(each(a.IDs, func(id whole) int64 { return int64(id) })...)
	}),
	"tgs_delete_all_peers": action(func(s *session, _ *arguments) error { return s.DeleteAllPeers() }),
	"tgs_prune_peers": question("removed", func(s *session, a *arguments) (uint64, error) {
		prune := tgsession.Prune{Type: tgsession.PeerType(a.PeerType)}
		if a.SeenBefore != 0 {
			prune.SeenBefore = (*int64)(&a.SeenBefore)
		}
		if a.KeepNewest != -1 {
			prune.KeepNewest = (*int64)(&a.KeepNewest)
		}
		return s.PrunePeers(prune)
	}),
	"tgs_compact": question("freed", func(s *session, a *arguments) (int64, error) { return s.Compact(int64(a.MaxBytes)) }),
	"tgs_get_peers": question("peers", func(s *session, a *arguments) ([]*inputPeer, error) {
		found, err := s.InputPeers(each(a.IDs, func(id whole) int64 { return int64(id) })...)
		return each(found, func(peer *tgsession.InputPeer) *inputPeer {
			if peer == nil {
				return nil
			}
			shown := newInputPeer(*peer)
			return &shown
		}), err
	}),
	"tgs_get_peer_by_id": lookup(func(s *session, a *arguments) (tgsession.InputPeer, error) {
		return s.PeerByID(int64(a.ID))
	}),
	"tgs_get_peer_by_username": lookup(func(s *session, a *arguments) (tgsession.InputPeer, error) {
		return s.PeerByUsername(a.Username)
	}),
	"tgs_get_peer_by_phone_number": lookup(func(s *session, a *arguments) (tgsession.InputPeer, error) {
		return s.PeerByPhoneNumber(a.PhoneNumber)
	}),
	"tgs_get_peer_by_name": lookup(func(s *session, a *arguments) (tgsession.InputPeer, error) {
		return s.PeerByName(a.Name)
	}),
	"tgs_peer_iter_new":  newWalk,
	"tgs_peer_iter_next": func(w *world, a *arguments) (object, error) { return w.walks[a.Iter].step() },
	"tgs_peer_iter_free": func(w *world, a *arguments) (object, error) {
		w.walks[a.Iter].stop()
		return nil, nil
	},

	"tgs_get_update_states": question("states", func(s *session, _ *arguments) ([]updateState, error) {
		states, err := s.UpdateStates()
		return each(states, newUpdateState), err
	}),
	"tgs_get_update_state": question("state", func(s *session, a *arguments) (updateState, error) {
		state, err := s.UpdateState(int64(a.ID))
		return newUpdateState(state), err
	}),
	"tgs_set_update_states": action(func(s *session, a *arguments) error {
		return s.SetUpdateStates(each(a.States, updateState.ours)...)
	}),
	"tgs_delete_update_state": action(func(s *session, a *arguments) error {
		return s.DeleteUpdateState(int64(a.ID))
	}),

	"tgs_get_sent_files": question("files", func(s *session, _ *arguments) ([]sentFile, error) {
		files, err := s.SentFiles()
		return each(files, newSentFile), err
	}),
	"tgs_get_sent_file": question("file", func(s *session, a *arguments) (sentFile, error) {
		file, err := s.SentFile([16]byte(a.MD5), int64(a.Size), tgsession.SentFileType(a.Type))
		return newSentFile(file), err
	}),
	"tgs_cache_sent_files": action(func(s *session, a *arguments) error {
		return s.CacheSentFiles(each(a.Files, sentFile.ours)...)
	}),

	"tgs_export_session_string": func(w *world, a *arguments) (object, error) {
		text, report, err := w.sessions[a.Session].ExportSessionString(a.Format)
		return object{"text": text, "report": report}, err
	},
	"tgs_convert": func(w *world, a *arguments) (object, error) {
		report, err := tgsession.Convert(w.sessions[a.Source], w.sessions[a.Target], a.Overrides...)
		return object{"report": report}, err
	},
	"tgs_convert_with_options": func(w *world, a *arguments) (object, error) {
		report, err := tgsession.ConvertWithOptions(w.sessions[a.Source], w.sessions[a.Target], a.Overrides, a.Options.list()...)
		return object{"report": report}, err
	},
	"tgs_export_file": func(w *world, a *arguments) (object, error) {
		report, err := w.sessions[a.Source].ExportFile(a.Format, a.Path, a.Overrides...)
		return object{"report": report}, err
	},
	"tgs_export_file_with_options": func(w *world, a *arguments) (object, error) {
		report, err := w.sessions[a.Source].ExportFileWithOptions(a.Format, a.Path, a.Overrides, a.Options.list()...)
		return object{"report": report}, err
	},
	"tgs_to_bytes": question("bytes", func(s *session, a *arguments) (bytes, error) {
		return s.Bytes(a.Format, a.Compress)
	}),
	"tgs_to_age": question("bytes", func(s *session, a *arguments) (bytes, error) {
		if a.Passphrase != nil {
			return s.AgePassphrase(a.Format, *a.Passphrase)
		}
		return s.AgeRecipients(a.Format, a.Recipients...)
	}),
	"tgs_change_count": question("count", func(s *session, _ *arguments) (uint64, error) { return s.ChangeCount() }),
	"tgs_inspect": question("description", func(s *session, a *arguments) (*tgsession.Description, error) {
		return s.Inspect(a.ShowSecrets)
	}),
	"tgs_diagnose": func(_ *world, a *arguments) (object, error) {
		diagnosis, err := tgsession.Diagnose(a.Text)
		return object{"diagnosis": diagnosis}, err
	},
}

// world is the sessions, the walks and the engines' places of a case, by their names; as is the name that the step gives.
type world struct {
	sessions map[string]*session
	walks    map[string]*walk
	places   map[string]*tgsession.MemoryStore
	as       string
}

func newWorld() *world {
	return &world{
		sessions: map[string]*session{}, walks: map[string]*walk{}, places: map[string]*tgsession.MemoryStore{},
	}
}

// call makes one call, as a case writes it.
func (w *world) call(name string, args object, as string) answer {
	made, ok := calls[name]
	if !ok {
		return answer{status: "no function of the table"}
	}
	given, err := decoded(args)
	if err != nil {
		return answer{status: "arguments that this runner does not know", message: err.Error()}
	}
	w.as = as
	outputs, err := made(w, given)
	var failed *tgsession.Error
	switch {
	case errors.As(err, &failed):
		return answer{status: failed.Status.String(), message: failed.Message}
	case err != nil:
		return answer{status: "an error of another type", message: err.Error()}
	}
	return answer{status: "TGS_OK", outputs: encoded(outputs)}
}

func (w *world) closeAll() {
	for _, walk := range w.walks {
		walk.stop()
	}
	for _, one := range w.sessions {
		check(one.Close())
	}
}

// walk is a walk over peers, step by step. In Go it begins with the first step, where C's begins with tgs_peer_iter_new:
// newWalk makes the first step.
type walk struct {
	next  func() (tgsession.Peer, error, bool)
	stop  func()
	first func() (tgsession.Peer, error, bool)
}

func newWalk(w *world, args *arguments) (object, error) {
	s := w.sessions[args.Session]
	peers := s.Peers()
	if args.IDs != nil {
		peers = s.PeersByID(each(args.IDs, func(id whole) int64 { return int64(id) })...)
	}
	begun := &walk{}
	begun.next, begun.stop = iter.Pull2(peers)
	peer, err, ok := begun.next()
	if err != nil {
		return nil, err
	}
	begun.first = func() (tgsession.Peer, error, bool) { return peer, nil, ok }
	w.walks[w.as] = begun
	return nil, nil
}

func (w *walk) step() (object, error) {
	next := w.next
	if w.first != nil {
		next, w.first = w.first, nil
	}
	peer, err, ok := next()
	if !ok {
		return nil, tgsession.ErrNotFound
	}
	return object{"peer": newPeer(peer)}, err
}

// plain is a function that cannot fail.
func plain(answer func(*arguments) any) call {
	return func(_ *world, args *arguments) (object, error) { return object{"return": answer(args)}, nil }
}

func open(w *world, args *arguments) (object, error) {
	return w.keep(tgsession.Open(args.Location, args.Options.list()...))
}

func openString(w *world, args *arguments) (object, error) {
	return w.keep(tgsession.OpenString(args.Text, args.Options.list()...))
}

func openAge(w *world, args *arguments) (object, error) {
	if args.Passphrase != nil {
		return w.keep(tgsession.OpenAgePassphrase(args.Bytes, *args.Passphrase, args.Options.list()...))
	}
	return w.keep(tgsession.OpenAgeIdentity(args.Bytes, args.Identity, args.Options.list()...))
}

func openBytes(w *world, args *arguments) (object, error) {
	return w.keep(tgsession.OpenBytes(args.Bytes, args.Options.list()...))
}

func openEngine(w *world, args *arguments) (object, error) {
	return w.keep(tgsession.OpenEngine(w.engine(args.Engine), args.Options.list()...))
}

func (w *world) engine(name string) tgsession.Engine {
	if name == "failing" {
		return tgsession.FailingEngine{Err: &tgsession.Error{Status: tgsession.StatusServer, Message: "the server is gone"}}
	}
	place, ok := w.places[name]
	if !ok {
		place = tgsession.NewMemoryStore()
		w.places[name] = place
	}
	if name == "taken" {
		place.Hold(tgsession.LeaseHolder{Owner: "bot 2 on another machine", Since: 1700000000})
	}
	return place.Engine(name)
}

func (w *world) keep(opened *session, err error) (object, error) {
	if err == nil {
		w.sessions[w.as] = opened
	}
	return nil, err
}

// action is a method that answers nothing but an error.
func action(act func(*session, *arguments) error) call {
	return func(w *world, args *arguments) (object, error) { return nil, act(w.sessions[args.Session], args) }
}

// question is a method with one answer.
func question[T any](name string, ask func(*session, *arguments) (T, error)) call {
	return func(w *world, args *arguments) (object, error) {
		answer, err := ask(w.sessions[args.Session], args)
		return object{name: answer}, err
	}
}

func lookup(ask func(*session, *arguments) (tgsession.InputPeer, error)) call {
	return question("peer", func(s *session, args *arguments) (inputPeer, error) {
		found, err := ask(s, args)
		return newInputPeer(found), err
	})
}

// field is the getter of a field: nil is C's TGS_NOT_FOUND.
func field[T any](name string, get func(*session) (*T, error)) call {
	return question(name, func(s *session, _ *arguments) (*T, error) {
		value, err := get(s)
		if err == nil && value == nil {
			err = tgsession.ErrNotFound
		}
		return value, err
	})
}

func key(get func(*session) ([]byte, error)) call {
	return question("key", func(s *session, _ *arguments) (bytes, error) {
		value, err := get(s)
		if err == nil && value == nil {
			err = tgsession.ErrNotFound
		}
		return value, err
	})
}

// abiVersion opens a session: that fails if the library's number is not the package's.
func abiVersion(*world, *arguments) (object, error) {
	s, err := tgsession.Open(":memory:")
	if err != nil {
		return nil, err
	}
	return object{"return": tgsession.ABIVersion}, s.Close()
}

func defaultServerAddress(_ *world, args *arguments) (object, error) {
	address, port, err := tgsession.DefaultServerAddress(*known[int32](args.DCID), *args.TestMode)
	return object{"server_address": address, "port": port}, err
}
