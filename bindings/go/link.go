//go:build !tgsession_system && !tgsession_static

package tgsession

// The library of the checkout around this folder. The run path lets its programs run where they were built; what is to
// be shipped is built with one of the tags. CGO_CFLAGS and CGO_LDFLAGS add other folders, and theirs come first.

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #cgo LDFLAGS: -L${SRCDIR}/../../target/release -ltgsession
// #cgo LDFLAGS: -Wl,-rpath,${SRCDIR}/../../target/release
import "C"
