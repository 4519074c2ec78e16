package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// SentFileType is the type of a sent file.
type SentFileType int32

// The types of sent files.
const (
	SentDocument SentFileType = 0
	SentPhoto    SentFileType = 1
)

// SentFile is a file that was uploaded before (Telethon).
type SentFile struct {
	// MD5 is that of its content.
	MD5 [16]byte
	// Size is in bytes.
	Size int64
	Type SentFileType
	// ID is Telegram's.
	ID int64
	// AccessHash is Telegram's.
	AccessHash int64
}

// SentFiles reads the sent files, in ascending order of MD5, size and type.
func (s *Session) SentFiles() ([]SentFile, error) {
	defer runtime.KeepAlive(s)
	all, err := readAll(func(place *C.tgs_sent_file, room C.size_t) C.go_count {
		return C.go_get_sent_files(s.number(), place, room)
	})
	files := make([]SentFile, len(all))
	for i := range all {
		files[i] = newSentFile(&all[i])
	}
	return files, err
}

// SentFile finds a sent file. [ErrNotFound] where it was not sent.
func (s *Session) SentFile(md5 [16]byte, size int64, kind SentFileType) (SentFile, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_sent_file(s.number(), bytes(md5[:]), C.int64_t(size), C.int32_t(kind))
	if err := failure(answer.result); err != nil {
		return SentFile{}, err
	}
	return newSentFile(&answer.file), nil
}

// CacheSentFiles adds sent files, or replaces those with the same MD5, size and type, in one transaction.
func (s *Session) CacheSentFiles(files ...SentFile) error {
	defer runtime.KeepAlive(s)
	all := structs(files, (*SentFile).put)
	return failure(C.go_cache_sent_files(s.number(), unsafe.SliceData(all), C.size_t(len(all))))
}

func newSentFile(c *C.tgs_sent_file) SentFile {
	return SentFile{
		MD5:        *(*[16]byte)(unsafe.Pointer(&c.md5)),
		Size:       int64(c.file_size),
		Type:       SentFileType(c._type),
		ID:         int64(c.id),
		AccessHash: int64(c.access_hash),
	}
}

func (f *SentFile) put(c *C.tgs_sent_file) {
	c.size = C.sizeof_tgs_sent_file
	*(*[16]byte)(unsafe.Pointer(&c.md5)) = f.MD5
	c.file_size = C.int64_t(f.Size)
	c._type = C.int32_t(f.Type)
	c.id = C.int64_t(f.ID)
	c.access_hash = C.int64_t(f.AccessHash)
}
