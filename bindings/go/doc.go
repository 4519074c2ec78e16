// Package tgsession opens, keeps and converts the session of any Telegram client, so that clients written in Go, C,
// Python and other languages share one session. It never talks to Telegram.
//
//	session, err := tgsession.Open("my_account.session")
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//
// A path, ":memory:" or a session string is recognised by its shape, and a file stays in the layout and version of the
// client that made it: that client may use it at the same time.
//
// Absence is nil. A field, a peer's access hash or a position that is not known is a nil pointer, which is not
// the same as 0 or "", in both directions; [Some] makes a pointer to a value. A key that is absent is a nil slice.
//
// [OpenBytes] and [Session.Bytes] take and give a whole session as bytes, and [OpenEngine] opens one in
// your own [Engine].
//
// Errors are of type [*Error], and errors.Is knows them by status: errors.Is(err, tgsession.ErrLocked). A lookup that
// finds nothing fails with [ErrNotFound]; one whose username was last seen too long ago, with [ErrExpired].
//
// A Session may be used by any number of goroutines, and may be closed while they do: their calls end, or fail with
// [ErrClosed]. A Session that was not closed is closed when it is garbage-collected.
//
// include/tgsession.h is the manual of the C interface, and says what each call guarantees.
package tgsession

// Some makes a pointer to a value, for the optional fields.
func Some[T any](value T) *T { return &value }
