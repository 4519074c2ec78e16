//go:build tgsession_static && !tgsession_system

package tgsession

// The static library, where the shared one lies beside it: the program needs no other file. CGO_LDFLAGS adds folders.
// The linker of macOS takes the shared one all the same; there the folder decides.

// #cgo CFLAGS: -DTGS_STATIC
// #cgo !darwin LDFLAGS: -l:libtgsession.a
// #cgo darwin LDFLAGS: -ltgsession -framework Security -framework SystemConfiguration -framework CoreFoundation -liconv
// #cgo linux LDFLAGS: -lm -ldl -lpthread
// #cgo windows LDFLAGS: -lws2_32 -luserenv -lntdll -lbcrypt -ladvapi32 -liphlpapi -lsecur32
import "C"
