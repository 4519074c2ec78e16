package tgsession

// everyCall is each method of a session that may fail, with arguments that are right.
func everyCall(s *Session) map[string]func() error {
	return map[string]func() error{
		"Save":                func() error { return s.Save() },
		"Delete":              func() error { return s.Delete() },
		"Format":              func() error { return last(s.Format()) },
		"DCID":                func() error { return last(s.DCID()) },
		"SetDCID":             func() error { return s.SetDCID(Some(int32(2))) },
		"ServerAddress":       func() error { return last(s.ServerAddress()) },
		"SetServerAddress":    func() error { return s.SetServerAddress(Some("127.0.0.1")) },
		"Port":                func() error { return last(s.Port()) },
		"SetPort":             func() error { return s.SetPort(Some(uint16(443))) },
		"APIID":               func() error { return last(s.APIID()) },
		"SetAPIID":            func() error { return s.SetAPIID(nil) },
		"TestMode":            func() error { return last(s.TestMode()) },
		"SetTestMode":         func() error { return s.SetTestMode(Some(true)) },
		"AuthKey":             func() error { return last(s.AuthKey()) },
		"SetAuthKey":          func() error { return s.SetAuthKey(key(0)) },
		"Date":                func() error { return last(s.Date()) },
		"SetDate":             func() error { return s.SetDate(Some(int64(1))) },
		"UserID":              func() error { return last(s.UserID()) },
		"SetUserID":           func() error { return s.SetUserID(nil) },
		"IsBot":               func() error { return last(s.IsBot()) },
		"SetIsBot":            func() error { return s.SetIsBot(Some(false)) },
		"TakeoutID":           func() error { return last(s.TakeoutID()) },
		"SetTakeoutID":        func() error { return s.SetTakeoutID(nil) },
		"TmpAuthKey":          func() error { return last(s.TmpAuthKey()) },
		"SetTmpAuthKey":       func() error { return s.SetTmpAuthKey(nil) },
		"SetData":             func() error { return s.SetData(SessionData{AuthKey: key(1)}, FieldAuthKey|FieldDCID) },
		"UpdatePeers":         func() error { return s.UpdatePeers([]Peer{{ID: 1, Usernames: []string{"one"}}}) },
		"PeerByID":            func() error { return last(s.PeerByID(1)) },
		"PeerByUsername":      func() error { return last(s.PeerByUsername("one")) },
		"PeerByPhoneNumber":   func() error { return last(s.PeerByPhoneNumber("1")) },
		"PeerByName":          func() error { return last(s.PeerByName("one")) },
		"Peers":               func() error { return walked(s.Peers()) },
		"PeersByID":           func() error { return walked(s.PeersByID(1, 2)) },
		"UpdateStates":        func() error { return last(s.UpdateStates()) },
		"UpdateState":         func() error { return last(s.UpdateState(0)) },
		"SetUpdateStates":     func() error { return s.SetUpdateStates(UpdateState{Pts: Some(int64(1))}) },
		"DeleteUpdateState":   func() error { return s.DeleteUpdateState(0) },
		"SentFiles":           func() error { return last(s.SentFiles()) },
		"SentFile":            func() error { return last(s.SentFile([16]byte{1}, 2, SentPhoto)) },
		"CacheSentFiles":      func() error { return s.CacheSentFiles(SentFile{Size: 1}) },
		"SetDC":               func() error { return s.SetDC(dataCenter(4)) },
		"DC":                  func() error { return last(s.DC(4)) },
		"DeleteDC":            func() error { return s.DeleteDC(4) },
		"DCIDs":               func() error { return last(s.DCIDs()) },
		"ExportSessionString": func() error { _, _, err := s.ExportSessionString("telethon"); return err },
		"SessionString":       func() error { return last(s.SessionString("telethon")) },
		"ConvertFrom":         func() error { return convertFrom(s) },
		"Bytes":               func() error { return last(s.Bytes("telethon@7", true)) },
		"ChangeCount":         func() error { return last(s.ChangeCount()) },
		"Inspect":             func() error { return last(s.Inspect(false)) },
	}
}

func last[T any](_ T, err error) error { return err }

func walked(walk func(func(Peer, error) bool)) (failed error) {
	walk(func(_ Peer, err error) bool {
		failed = err
		return err == nil
	})
	return failed
}

func convertFrom(source *Session) error {
	target, err := Open(":memory:")
	if err != nil {
		return err
	}
	defer target.Close()
	return last(Convert(source, target))
}
