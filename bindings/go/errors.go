package tgsession

// #include "shim.h"
import "C"

import (
	"io/fs"
)

// Error is why a call failed. Its message names the session and the cause, and holds no secret.
type Error struct {
	Status  Status
	Message string
}

// One error for each status, to compare with by errors.Is.
var (
	// ErrNotFound is an ordinary answer: there is no such thing in the session.
	ErrNotFound error = &Error{Status: StatusNotFound}
	// ErrExpired is an ordinary answer: the username was last seen too long ago to be trusted.
	ErrExpired error = &Error{Status: StatusExpired}

	ErrInvalidArgument  error = &Error{Status: StatusInvalidArgument}
	ErrClosed           error = &Error{Status: StatusClosed}
	ErrReadOnly         error = &Error{Status: StatusReadOnly}
	ErrUnsupported      error = &Error{Status: StatusUnsupported}
	ErrIO               error = &Error{Status: StatusIO}
	ErrFileNotFound     error = &Error{Status: StatusFileNotFound}
	ErrPermissionDenied error = &Error{Status: StatusPermissionDenied}
	ErrDiskFull         error = &Error{Status: StatusDiskFull}
	ErrLocked           error = &Error{Status: StatusLocked}
	ErrNotASession      error = &Error{Status: StatusNotASession}
	ErrCorrupt          error = &Error{Status: StatusCorrupt}
	ErrUnknownVersion   error = &Error{Status: StatusUnknownVersion}
	ErrBadSessionString error = &Error{Status: StatusBadSessionString}
	ErrWrongKey         error = &Error{Status: StatusWrongKey}
	ErrIncomplete       error = &Error{Status: StatusIncomplete}
	ErrServer           error = &Error{Status: StatusServer}
	ErrInUse            error = &Error{Status: StatusInUse}
	ErrInternal         error = &Error{Status: StatusInternal}
)

// Error is the message, or the status where there is none.
func (e *Error) Error() string {
	if e.Message == "" {
		return "tgsession: " + e.Status.String()
	}
	return "tgsession: " + e.Message
}

// Is reports whether target is the error of the same status, or the one of package fs that means the same.
func (e *Error) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e.Status == StatusFileNotFound
	case fs.ErrPermission:
		return e.Status == StatusPermissionDenied
	case fs.ErrClosed:
		return e.Status == StatusClosed
	}
	other, ok := target.(*Error)
	return ok && other.Message == "" && other.Status == e.Status
}

// failure is the error of a call, nil for none. It frees the library's object.
func failure(result C.go_result) error {
	switch Status(result.status) {
	case StatusOK:
		return nil
	case StatusNotFound:
		return ErrNotFound
	case StatusExpired:
		return ErrExpired
	}
	defer C.tgs_error_free(result.error)
	return &Error{Status: Status(result.status), Message: C.GoString(C.tgs_error_message(result.error))}
}

func invalid(message string) error {
	return &Error{Status: StatusInvalidArgument, Message: message}
}
