package tgsession

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/cgo"
	"strings"
	"unsafe"
)

// The functions that engine.c's table calls. The engine is the number of its cgo.Handle, the answer the library's.

// serve calls an engine, and answers with the status of what it came to.
func serve(engine, answer C.uintptr_t, call func(Engine) error) (status C.int32_t) {
	defer func() {
		// The library below, and the Go above it, must not be left on the way of a panic.
		if panicked := recover(); panicked != nil {
			status = refuse(answer, fmt.Errorf("its engine panicked: %v", panicked))
		}
	}()
	return refuse(answer, call(cgo.Handle(engine).Value().(Engine)))
}

// refuse tells the library why a call failed, if it did.
func refuse(answer C.uintptr_t, err error) C.int32_t {
	if err == nil {
		return C.TGS_OK
	}
	status, cause := why(err)
	// Whatever is wrong with the text, the reason must arrive.
	cause = strings.ToValidUTF8(strings.ReplaceAll(cause, "\x00", ""), "\uFFFD")
	_ = withText("the cause", cause, func(cause *C.char) error { return failure(C.go_answer_cause(answer, cause)) })
	return C.int32_t(status)
}

// why is an engine's error as a status and a text.
func why(err error) (Status, string) {
	var known *Error
	switch {
	case !errors.As(err, &known):
		return systemStatus(err), err.Error()
	case known.Status < StatusInvalidArgument: // the ordinary answers are no errors
		return StatusServer, err.Error()
	case err == error(known) && known.Message != "":
		return known.Status, known.Message
	}
	return known.Status, err.Error()
}

// systemStatus is the status that [Error.Is] takes for an error of package fs.
func systemStatus(err error) Status {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return StatusFileNotFound
	case errors.Is(err, fs.ErrPermission):
		return StatusPermissionDenied
	}
	return StatusServer
}

//export goEngineDestroy
func goEngineDestroy(number C.uintptr_t) {
	defer func() { _ = recover() }() // nobody is left to be told
	handle := cgo.Handle(number)
	defer handle.Delete()
	if engine, ok := handle.Value().(Destroyer); ok {
		engine.Destroy()
	}
}

//export goEngineGetSessionData
func goEngineGetSessionData(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		data, err := engine.Data()
		if err != nil {
			return err
		}
		return data.pass(func(c C.tgs_session_data, address *C.char) C.go_result {
			return C.go_answer_session_data(answer, c, address, bytes(data.AuthKey), bytes(data.TmpAuthKey))
		})
	})
}

//export goEngineSetSessionData
func goEngineSetSessionData(engine, answer C.uintptr_t, data *C.tgs_session_data, which C.uint32_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.SetData(newSessionData(data), Field(which))
	})
}

//export goEnginePutPeers
func goEnginePutPeers(engine, answer C.uintptr_t, peers *C.tgs_peer, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.PutPeers(each(peers, count, newPeer))
	})
}

//export goEngineGetPeers
func goEngineGetPeers(engine, answer C.uintptr_t, ids *C.int64_t, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return answerPeers(answer)(engine.Peers(idsOf(ids, count)))
	})
}

//export goEngineDeletePeers
func goEngineDeletePeers(engine, answer C.uintptr_t, ids *C.int64_t, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.(PeerDeleter).DeletePeers(idsOf(ids, count))
	})
}

//export goEngineGetPeersByUsername
func goEngineGetPeersByUsername(engine, answer C.uintptr_t, usernames **C.char, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		wanted := each(usernames, count, func(username **C.char) string { return C.GoString(*username) })
		return answerPeers(answer)(engine.(UsernameFinder).PeersByUsername(wanted))
	})
}

//export goEngineGetPeersByPhoneNumber
func goEngineGetPeersByPhoneNumber(engine, answer C.uintptr_t, phoneNumber *C.char) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return answerPeers(answer)(engine.(PhoneFinder).PeersByPhoneNumber(C.GoString(phoneNumber)))
	})
}

//export goEngineGetUpdateStates
func goEngineGetUpdateStates(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		states, err := engine.UpdateStates()
		if err != nil {
			return err
		}
		all := structs(states, (*UpdateState).put)
		return failure(C.go_answer_update_states(answer, unsafe.SliceData(all), C.size_t(len(all))))
	})
}

//export goEngineSetUpdateStates
func goEngineSetUpdateStates(engine, answer C.uintptr_t, states *C.tgs_update_state, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.SetUpdateStates(each(states, count, newUpdateState))
	})
}

//export goEngineDeleteUpdateState
func goEngineDeleteUpdateState(engine, answer C.uintptr_t, id C.int64_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error { return engine.DeleteUpdateState(int64(id)) })
}

//export goEngineGetSentFiles
func goEngineGetSentFiles(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		files, err := engine.SentFiles()
		if err != nil {
			return err
		}
		all := structs(files, (*SentFile).put)
		return failure(C.go_answer_sent_files(answer, unsafe.SliceData(all), C.size_t(len(all))))
	})
}

//export goEngineCacheSentFiles
func goEngineCacheSentFiles(engine, answer C.uintptr_t, files *C.tgs_sent_file, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.CacheSentFiles(each(files, count, newSentFile))
	})
}

//export goEngineSave
func goEngineSave(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error { return engine.(Saver).Save() })
}

//export goEngineRemove
func goEngineRemove(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error { return engine.(Remover).Remove() })
}

//export goEngineBegin
func goEngineBegin(engine, answer C.uintptr_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error { return engine.(Transactor).Begin() })
}

//export goEngineFinish
func goEngineFinish(engine, answer C.uintptr_t, keep C.bool) C.int32_t {
	return serve(engine, answer, func(engine Engine) error { return engine.(Transactor).Finish(bool(keep)) })
}

//export goEngineTakeLease
func goEngineTakeLease(engine, answer C.uintptr_t, keyID, token, owner *C.char, seconds C.uint32_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		holder, err := engine.(Leaser).TakeLease(Lease{
			KeyID: C.GoString(keyID), Token: C.GoString(token), Owner: C.GoString(owner), Seconds: uint32(seconds),
		})
		if err != nil || holder == nil {
			return err
		}
		return withText("the holder", holder.Owner, func(owner *C.char) error {
			return failure(C.go_answer_holder(answer, owner, C.int64_t(holder.Since)))
		})
	})
}

//export goEngineReleaseLease
func goEngineReleaseLease(engine, answer C.uintptr_t, keyID, token *C.char) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		return engine.(Leaser).ReleaseLease(C.GoString(keyID), C.GoString(token))
	})
}

//export goEngineGetValues
func goEngineGetValues(engine, answer C.uintptr_t, names **C.char, count C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		var wanted []string
		if names != nil {
			wanted = each(names, count, func(name **C.char) string { return C.GoString(*name) })
		}
		values, err := engine.(ValueKeeper).Values(wanted)
		if err != nil {
			return err
		}
		for name, value := range values {
			err := withText("the value's name", name, func(name *C.char) error {
				return failure(C.go_answer_value(answer, name, bytes(value), C.size_t(len(value))))
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

//export goEngineSetValue
func goEngineSetValue(engine, answer C.uintptr_t, name *C.char, value *C.uint8_t, length C.size_t) C.int32_t {
	return serve(engine, answer, func(engine Engine) error {
		var given []byte
		if value != nil {
			given = append([]byte{}, unsafe.Slice((*byte)(value), length)...)
		}
		return engine.(ValueKeeper).SetValue(C.GoString(name), given)
	})
}

// answerPeers takes what a method of an engine answers.
func answerPeers(answer C.uintptr_t) func([]Peer, error) error {
	return func(peers []Peer, err error) error {
		if err != nil {
			return err
		}
		batch, err := newBatch(peers)
		if err != nil {
			return err
		}
		defer batch.free()
		return failure(C.go_answer_peers(answer, batch.peers, batch.count))
	}
}

// idsOf copies ids; nil for NULL, which is all.
func idsOf(ids *C.int64_t, count C.size_t) []int64 {
	if ids == nil {
		return nil
	}
	return each(ids, count, func(id *C.int64_t) int64 { return int64(*id) })
}

// each copies an array of C's.
func each[From, To any](first *From, count C.size_t, newOne func(*From) To) []To {
	array := unsafe.Slice(first, count)
	copies := make([]To, count)
	for i := range array {
		copies[i] = newOne(&array[i])
	}
	return copies
}

// structs makes an array for C.
func structs[From, To any](values []From, put func(*From, *To)) []To {
	all := make([]To, len(values))
	for i := range values {
		put(&values[i], &all[i])
	}
	return all
}
