package tgsession

// #include "shim.h"
import "C"

// Status is the result of a call. The numbers are those of tgs_status.
type Status int32

// The statuses of the library.
const (
	StatusOK               Status = C.TGS_OK
	StatusNotFound         Status = C.TGS_NOT_FOUND
	StatusExpired          Status = C.TGS_EXPIRED
	StatusInvalidArgument  Status = C.TGS_ERROR_INVALID_ARGUMENT
	StatusClosed           Status = C.TGS_ERROR_CLOSED
	StatusReadOnly         Status = C.TGS_ERROR_READ_ONLY
	StatusUnsupported      Status = C.TGS_ERROR_UNSUPPORTED
	StatusIO               Status = C.TGS_ERROR_IO
	StatusFileNotFound     Status = C.TGS_ERROR_FILE_NOT_FOUND
	StatusPermissionDenied Status = C.TGS_ERROR_PERMISSION_DENIED
	StatusDiskFull         Status = C.TGS_ERROR_DISK_FULL
	StatusLocked           Status = C.TGS_ERROR_LOCKED
	StatusNotASession      Status = C.TGS_ERROR_NOT_A_SESSION
	StatusCorrupt          Status = C.TGS_ERROR_CORRUPT
	StatusUnknownVersion   Status = C.TGS_ERROR_UNKNOWN_VERSION
	StatusBadSessionString Status = C.TGS_ERROR_BAD_SESSION_STRING
	StatusWrongKey         Status = C.TGS_ERROR_WRONG_KEY
	StatusIncomplete       Status = C.TGS_ERROR_INCOMPLETE
	StatusServer           Status = C.TGS_ERROR_SERVER
	StatusInUse            Status = C.TGS_ERROR_IN_USE
	StatusInternal         Status = C.TGS_ERROR_INTERNAL
)

// String is the library's name of the status, like "TGS_ERROR_LOCKED".
func (s Status) String() string { return C.GoString(C.tgs_status_name(C.tgs_status(s))) }
