//go:build !tgsession_system && !tgsession_static

package tgsession

// The library that the C compiler finds, shared or static: CGO_LDFLAGS adds folders, as cmd/tgsession-lib prints it. The
// rest is what a static library needs.

// #cgo LDFLAGS: -ltgsession
// #cgo linux LDFLAGS: -lm -ldl -lpthread
// #cgo darwin LDFLAGS: -framework Security -framework SystemConfiguration -framework CoreFoundation -liconv
// #cgo windows LDFLAGS: -lws2_32 -luserenv -lntdll -lbcrypt -ladvapi32 -liphlpapi -lsecur32
import "C"
