package tgsession

import (
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sentinels are the errors that errors.Is is meant for.
var sentinels = []error{
	ErrNotFound, ErrExpired, ErrInvalidArgument, ErrClosed, ErrReadOnly, ErrUnsupported, ErrIO, ErrFileNotFound,
	ErrPermissionDenied, ErrDiskFull, ErrLocked, ErrNotASession, ErrCorrupt, ErrUnknownVersion, ErrBadSessionString,
	ErrWrongKey, ErrIncomplete, ErrServer, ErrInUse, ErrInternal,
}

// header is the C header's text.
func header(t *testing.T) string {
	t.Helper()
	return string(got(os.ReadFile("tgsession.h"))(t))
}

// enum reads the names and numbers of an enum from the header.
func enum(t *testing.T, name string) map[string]int32 {
	t.Helper()
	body := regexp.MustCompile(`(?s)typedef enum ` + name + ` \{(.*?)\} ` + name).FindStringSubmatch(header(t))
	if body == nil {
		t.Fatalf("no enum %s in the header", name)
	}
	numbers := map[string]int32{}
	for _, entry := range regexp.MustCompile(`(?m)^\s*(TGS_\w+)\s*=\s*(\d+)`).FindAllStringSubmatch(body[1], -1) {
		numbers[entry[1]] = int32(got(strconv.Atoi(entry[2]))(t))
	}
	if len(numbers) < 2 {
		t.Fatalf("the enum %s was not understood", name)
	}
	return numbers
}

func define(t *testing.T, name string) int64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^#define ` + name + ` (-?\d+)$`).FindStringSubmatch(header(t))
	if found == nil {
		t.Fatalf("no %s in the header", name)
	}
	return got(strconv.ParseInt(found[1], 10, 64))(t)
}

func TestEveryStatusOfTheHeaderIsAnError(t *testing.T) {
	here := map[string]int32{StatusOK.String(): int32(StatusOK)}
	for _, sentinel := range sentinels {
		status := sentinel.(*Error).Status
		here[status.String()] = int32(status)
	}
	equal(t, here, enum(t, "tgs_status"))
}

func TestEveryPeerTypeOfTheHeaderIsHere(t *testing.T) {
	here := map[string]int32{}
	for number, name := range peerTypeNames {
		here["TGS_PEER_TYPE_"+strings.ToUpper(name)] = int32(number)
	}
	equal(t, here, enum(t, "tgs_peer_type"))
}

func TestEveryFieldOfTheHeaderIsHere(t *testing.T) {
	sum := int32(0)
	for _, number := range enum(t, "tgs_field") {
		sum += number
	}
	equal(t, allFields, Field(sum)) // powers of two
}

func TestConstantsAreTheHeaders(t *testing.T) {
	equal(t, int64(ABIVersion), define(t, "TGS_ABI_VERSION"))
	equal(t, int64(AuthKeyLen), define(t, "TGS_AUTH_KEY_LEN"))
	equal(t, UsernameExpiryNever, define(t, "TGS_USERNAME_EXPIRY_NEVER"))
	equal(t, UsernameExpiryAsClient, define(t, "TGS_USERNAME_EXPIRY_AS_CLIENT"))
}

// Whatever the header declares is called by the shim, or is not needed for a reason.
func TestEveryFunctionOfTheHeaderIsUsed(t *testing.T) {
	used := ""
	for _, file := range []string{
		"shim.h", "version.go", "status.go", "errors.go", "text.go", "bytes.go", "session_data.go", "data_centers.go", "engine.c",
	} {
		used += string(got(os.ReadFile(file))(t))
	}
	declared := regexp.MustCompile(`(?m)^[\w ]+[ *](tgs_\w+)\(`).FindAllStringSubmatch(header(t), -1)
	if len(declared) < 50 {
		t.Fatalf("only %d functions were found in the header", len(declared))
	}
	for _, function := range declared {
		name := function[1]
		byMacro := regexp.MustCompile(`^(tgs_)(get_|set_)?`).ReplaceAllString(name, "")
		whole := regexp.MustCompile(`\b(` + name + `|GO_\w+\((get_)?` + byMacro + `)\b`)
		// The status comes with the call, reports are values of Go, and what is called with options is not called without them.
		_, isOther := map[string]bool{"tgs_error_status": true, "tgs_convert": true, "tgs_export_file": true}[name]
		isNeeded := !isOther && !strings.HasPrefix(name, "tgs_report_")
		if isNeeded && !whole.MatchString(used) {
			t.Errorf("%s is not used", name)
		}
	}
}

func TestErrorsAreToldApart(t *testing.T) {
	for _, one := range sentinels {
		failed := &Error{Status: one.(*Error).Status, Message: "why"}
		for _, other := range sentinels {
			equal(t, errors.Is(failed, other), one == other)
		}
	}
}
