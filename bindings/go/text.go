package tgsession

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"strings"
	"unsafe"
)

// withText calls with a C copy of a text. A NUL in it would end it early, and is refused.
func withText(name, text string, call func(*C.char) error) error {
	if strings.IndexByte(text, 0) >= 0 {
		return invalid(name + " has a NUL character in it")
	}
	copied := C.CString(text)
	defer wipe(copied, len(text))
	return call(copied)
}

// withOptionalText calls with NULL for nil.
func withOptionalText(name string, text *string, call func(*C.char) error) error {
	if text == nil {
		return call(nil)
	}
	return withText(name, *text, call)
}

// filled is nil for "".
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// wipe frees a copy that withText made. It may have been a session string.
func wipe(text *C.char, length int) {
	clear(unsafe.Slice((*byte)(unsafe.Pointer(text)), length))
	C.free(unsafe.Pointer(text))
}

// taken is a text that the library gave, "" for NULL. It frees the library's.
func taken(text *C.char) string {
	defer C.tgs_string_free(text)
	return C.GoString(text)
}

// decoded takes a JSON text that the library gave.
func decoded[T any](text *C.char) (T, error) {
	var value T
	err := json.Unmarshal([]byte(taken(text)), &value)
	return value, err
}

// copied is a text that stays the library's, nil for NULL.
func copied(text *C.char) *string {
	if text == nil {
		return nil
	}
	return Some(C.GoString(text))
}
