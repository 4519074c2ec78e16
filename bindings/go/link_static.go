//go:build tgsession_static && !tgsession_system

package tgsession

// The static library of the checkout: the program needs no other file. CGO_LDFLAGS adds other folders.

// #cgo CFLAGS: -I${SRCDIR}/../../include -DTGS_STATIC
// #cgo LDFLAGS: -L${SRCDIR}/../../target/release -l:libtgsession.a -lm -ldl -lpthread
import "C"
