//go:build tgsession_system

package tgsession

// The library that the system has, as its tgsession.pc describes it.

// #cgo pkg-config: tgsession
import "C"
