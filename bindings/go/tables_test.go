package tgsession

import "testing"

func TestUpdateStates(t *testing.T) {
	s := newFile(t, Format("kurigram@7"))
	equal(t, got(s.UpdateStates())(t), []UpdateState{})
	states := []UpdateState{
		{ID: -1001777000301, Pts: Some(int64(5))},
		{ID: 0, Pts: Some(int64(1001)), Qts: Some(int64(0)), Date: Some(int64(1700000000)), Seq: Some(int64(77))},
	}
	must(t, s.SetUpdateStates(states...))
	equal(t, got(s.UpdateStates())(t), states)
	equal(t, got(s.UpdateState(0))(t), states[1])
	_, err := s.UpdateState(-1001777000302)
	equal(t, err, ErrNotFound)
	must(t, s.DeleteUpdateState(-1001777000301))
	must(t, s.DeleteUpdateState(-1001777000301))
	equal(t, got(s.UpdateStates())(t), states[1:])
	must(t, s.SetUpdateStates())
}

func TestManyUpdateStates(t *testing.T) {
	s := opened(t, ":memory:")
	states := make([]UpdateState, 3*few)
	for i := range states {
		states[i] = UpdateState{ID: -1002000000000 + int64(i), Pts: Some(int64(i))}
	}
	must(t, s.SetUpdateStates(states...))
	equal(t, got(s.UpdateStates())(t), states)
}

func TestSentFiles(t *testing.T) {
	s := newFile(t, Format("telethon@8"))
	equal(t, got(s.SentFiles())(t), []SentFile{})
	files := []SentFile{
		{MD5: [16]byte{1}, Size: 1024, Type: SentDocument, ID: -5, AccessHash: 6},
		{MD5: [16]byte{1, 2}, Size: 1, Type: SentPhoto, ID: 7, AccessHash: -8},
	}
	must(t, s.CacheSentFiles(files[1], files[0]))
	equal(t, got(s.SentFiles())(t), files)
	equal(t, got(s.SentFile([16]byte{1, 2}, 1, SentPhoto))(t), files[1])
	_, err := s.SentFile([16]byte{1, 2}, 1, SentDocument)
	equal(t, err, ErrNotFound)
}
