package tgsession

// #include "shim.h"
import "C"

import (
	"fmt"
	"sync"
)

// ABIVersion is the version of the binary interface that this package was compiled for.
const ABIVersion = C.TGS_ABI_VERSION

// Version is the version of the library that is loaded, like "0.1.0".
func Version() string { return C.GoString(C.tgs_version()) }

// loaded tells whether the library that was found when the program started is one that this package can call.
var loaded = sync.OnceValue(func() error { return compatible(uint32(C.tgs_abi_version())) })

func compatible(library uint32) error {
	if library == ABIVersion {
		return nil
	}
	message := fmt.Sprintf("this program was compiled for version %d of tgsession's binary interface, "+
		"and the library that is loaded has version %d", ABIVersion, library)
	return &Error{Status: StatusUnsupported, Message: message}
}
