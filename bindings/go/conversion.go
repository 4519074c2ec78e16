package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// ExportSessionString returns the session as a session string: the whole login in one text, without its peers. Guard it like
// a password. The format is "pyrogram", "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto" or "gogram".
//
// The report tells what of the session is in the string, for which all peers are read: see [Session.SessionString].
//
// [ErrIncomplete] names the fields that the format needs and the session does not have.
func (s *Session) ExportSessionString(format string) (text string, report *Report, err error) {
	answer, err := s.export(format, true)
	if err != nil {
		return "", nil, err
	}
	report, err = decoded[*Report](answer.report)
	return taken(answer.text), report, err
}

// SessionString is [Session.ExportSessionString] without the report: it reads the login alone, however many peers there are.
func (s *Session) SessionString(format string) (string, error) {
	answer, err := s.export(format, false)
	if err != nil {
		return "", err
	}
	return taken(answer.text), nil
}

// Convert copies everything from one session to another in one transaction: fields, peers, update states, sent files.
// Data that the target's layout cannot hold is kept aside, in the library's own tables. You may pass values that you know,
// like "user_id=123456" or "is_bot=false"; they override those of the source.
//
// If a value is unknown that the target's client requires, nothing is written, and [ErrIncomplete] names the value.
func Convert(source, target *Session, overrides ...string) (*Report, error) {
	return ConvertWithOptions(source, target, overrides)
}

// ConvertWithOptions is [Convert] with options. Only [KeepForeignTables] counts. Where the target is no SQLite file, that is
// [ErrUnsupported], and nothing is written.
func ConvertWithOptions(source, target *Session, overrides []string, wanted ...Option) (*Report, error) {
	defer runtime.KeepAlive(source)
	defer runtime.KeepAlive(target)
	texts, err := newTexts("an override", overrides)
	if err != nil {
		return nil, err
	}
	defer texts.free()
	var answer C.go_texts
	err = withOptions(wanted, func(options C.go_options) error {
		answer = C.go_convert(source.number(), target.number(), options, texts.first, texts.count)
		return failure(answer.result)
	})
	if err != nil {
		return nil, err
	}
	return decoded[*Report](answer.report)
}

// ExportFile writes the session as a new file of another client, readable by its owner only. The format is "gotd" (the JSON of
// gotd/td), "gogram" (under the key in gogram's source: whoever can read the file has the login), "grammers" (the file of 0.4 to
// 0.7), the databases "mtcute" and "grammers-sqlite" (0.8 and later), or for a new folder "storesession" (GramJS, teleproto) or
// "tdata". What it has no place for is left out, and the report says so. Overrides are as for [Convert].
//
// A file that is there is never written over. [ErrIncomplete] names the fields that the format needs and the session does not have.
func (s *Session) ExportFile(format, path string, overrides ...string) (*Report, error) {
	return s.ExportFileWithOptions(format, path, overrides)
}

// ExportFileWithOptions is [Session.ExportFile] with options. Only [Passcode] counts: that of a new "tdata", which Telegram Desktop
// asks for. Where the format has none, it is [ErrUnsupported].
func (s *Session) ExportFileWithOptions(format, path string, overrides []string, wanted ...Option) (*Report, error) {
	defer runtime.KeepAlive(s)
	texts, err := newTexts("an override", overrides)
	if err != nil {
		return nil, err
	}
	defer texts.free()
	var answer C.go_texts
	err = withText("the format", format, func(format *C.char) error {
		return withText("the path", path, func(path *C.char) error {
			return withOptions(wanted, func(options C.go_options) error {
				answer = C.go_export_file(s.number(), format, path, options, texts.first, texts.count)
				return failure(answer.result)
			})
		})
	})
	if err != nil {
		return nil, err
	}
	return decoded[*Report](answer.report)
}

// Inspect describes the session and its contents. With secrets it includes the auth key, and is not safe to paste.
func (s *Session) Inspect(showSecrets bool) (*Description, error) {
	answer, err := s.inspect(showSecrets)
	if err != nil {
		return nil, err
	}
	return decoded[*Description](answer.text)
}

// Diagnose takes any text and says what it is: whether it is a session string, of which kind, and what is wrong with it.
func Diagnose(text string) (*Diagnosis, error) {
	if err := loaded(); err != nil {
		return nil, err
	}
	answer, err := diagnose(text)
	if err != nil {
		return nil, err
	}
	return decoded[*Diagnosis](answer.text)
}

func (s *Session) export(format string, withReport bool) (answer C.go_texts, err error) {
	defer runtime.KeepAlive(s)
	err = withText("the format", format, func(format *C.char) error {
		answer = C.go_export_session_string(s.number(), format, C.bool(withReport))
		return failure(answer.result)
	})
	return answer, err
}

func (s *Session) inspect(showSecrets bool) (C.go_texts, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_inspect(s.number(), C.bool(showSecrets))
	return answer, failure(answer.result)
}

func diagnose(text string) (answer C.go_texts, err error) {
	err = withText("the text", text, func(text *C.char) error {
		answer = C.go_diagnose(text)
		return failure(answer.result)
	})
	return answer, err
}

// texts is an array of texts in C memory.
type texts struct {
	first **C.char
	count C.size_t
}

func newTexts(name string, all []string) (*texts, error) {
	for _, text := range all {
		if strings.IndexByte(text, 0) >= 0 {
			return nil, invalid(name + " has a NUL character in it")
		}
	}
	array := (**C.char)(C.calloc(C.size_t(len(all)+1), C.size_t(unsafe.Sizeof(uintptr(0)))))
	for i, text := range all {
		unsafe.Slice(array, len(all))[i] = C.CString(text)
	}
	return &texts{first: array, count: C.size_t(len(all))}, nil
}

func (t *texts) free() {
	for _, text := range unsafe.Slice(t.first, t.count) {
		C.free(unsafe.Pointer(text))
	}
	C.free(unsafe.Pointer(t.first))
}
