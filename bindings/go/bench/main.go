// What the calls of this package cost beside the same calls in C, in turn, in one run: microseconds of the thread's processor time,
// the least of several rounds.
package main

/*
#cgo CFLAGS: -I${SRCDIR}/..
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tgsession.h"

enum { COUNT = 200, LENGTH = 32 };

typedef struct {
  char usernames[COUNT][LENGTH], phone_numbers[COUNT][LENGTH];
  const char *pointers[COUNT];
  tgs_peer peers[COUNT];
} batch;

static batch *new_batch(int64_t first) {
  batch *made = calloc(1, sizeof *made);
  for (int i = 0; i < COUNT; i++) {
    snprintf(made->usernames[i], LENGTH, "name%" PRId64, first + i);
    snprintf(made->phone_numbers[i], LENGTH, "49%" PRId64, first + i);
    made->pointers[i] = made->usernames[i];
    made->peers[i] = (tgs_peer){.size = sizeof *made->peers, .id = first + i, .access_hash = first, .has_access_hash = true,
                                .type = TGS_PEER_TYPE_USER, .usernames = &made->pointers[i], .username_count = 1,
                                .phone_number = made->phone_numbers[i]};
  }
  return made;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static uintptr_t opened(const char *path) {
  tgs_session *session = NULL;
  tgs_options *options = tgs_options_new();
  tgs_options_set_wal(options, true, NULL);
  if (tgs_open(path, options, &session, NULL) != TGS_OK) abort();
  tgs_options_free(options);
  int64_t user_id = 777;
  if (tgs_set_user_id(session, &user_id, NULL) != TGS_OK) abort();
  return (uintptr_t)session;
}

static void update(uintptr_t session, const batch *batch, int times) {
  while (times-- > 0)
    if (tgs_update_peers((tgs_session *)session, batch->peers, COUNT, NULL) != TGS_OK) abort();
}

static void find(uintptr_t session, int64_t id, int times) {
  tgs_input_peer peer = {.size = sizeof peer};
  while (times-- > 0)
    if (tgs_get_peer_by_id((tgs_session *)session, id, &peer, NULL) != TGS_OK) abort();
}

static void user_id(uintptr_t session, int times) {
  int64_t id = 0;
  while (times-- > 0)
    if (tgs_get_user_id((tgs_session *)session, &id, NULL) != TGS_OK) abort();
}

static void close_session(uintptr_t session) { tgs_close((tgs_session *)session); }
*/
import "C"

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"unsafe"

	tgsession "github.com/tgsession/tgsession/bindings/go"
)

const (
	rounds = 25
	first  = 1_000_000
)

// work is the same in both languages, `times` times. It may not prepare anything.
type work struct {
	name  string
	times int
	inC   func(round int)
	inGo  func(round int)
}

func main() {
	runtime.LockOSThread() // the one whose time is taken
	folder, err := os.MkdirTemp("", "tgsession")
	check(err)
	defer os.RemoveAll(folder)
	path := C.CString(filepath.Join(folder, "c.session"))
	defer C.free(unsafe.Pointer(path))
	inC := C.opened(path)
	defer C.close_session(inC)
	session, err := tgsession.Open(filepath.Join(folder, "go.session"), tgsession.WAL())
	check(err)
	defer session.Close()
	check(session.SetUserID(tgsession.Some[int64](777)))

	fmt.Printf("%-24s %8s %8s %6s\n", "", "C", "Go", "ratio")
	for _, work := range works(inC, session) {
		work.show()
	}
}

func works(inC C.uintptr_t, session *tgsession.Session) []work {
	// Made before they are brought. One more: the first round is not counted.
	batches, ofC := make([][]tgsession.Peer, rounds+1), make([]*C.batch, rounds+1)
	for round := range batches {
		id := int64(first * (round + 1))
		batches[round], ofC[round] = newBatch(id), C.new_batch(C.int64_t(id))
	}
	update := func(round, times int) {
		for range times {
			check(session.UpdatePeers(batches[round]))
		}
	}
	return []work{
		{"UpdatePeers(200), new", 1,
			func(round int) { C.update(inC, ofC[round], 1) }, func(round int) { update(round, 1) }},
		{"UpdatePeers(200), again", 20,
			func(int) { C.update(inC, ofC[rounds], 20) }, func(int) { update(rounds, 20) }},
		{"PeerByID", 5000, func(int) { C.find(inC, first, 5000) }, func(int) {
			for range 5000 {
				_, err := session.PeerByID(first)
				check(err)
			}
		}},
		{"UserID", 5000, func(int) { C.user_id(inC, 5000) }, func(int) {
			for range 5000 {
				_, err := session.UserID()
				check(err)
			}
		}},
	}
}

func newBatch(id int64) []tgsession.Peer {
	peers := make([]tgsession.Peer, C.COUNT)
	for i := range peers {
		number := strconv.FormatInt(id+int64(i), 10)
		peers[i] = tgsession.Peer{
			ID: id + int64(i), AccessHash: tgsession.Some(id), Type: tgsession.PeerUser,
			Usernames: []string{"name" + number}, PhoneNumber: tgsession.Some("49" + number),
		}
	}
	return peers
}

func (w work) show() {
	var least [2]float64
	for round := range rounds + 1 {
		for side, run := range []func(int){w.inC, w.inGo} {
			started := C.now()
			run(round)
			taken := float64(C.now()-started) / float64(w.times)
			if round <= 1 || taken < least[side] {
				least[side] = taken
			}
		}
	}
	fmt.Printf("%-24s %8.3f %8.3f %6.2f\n", w.name, least[0], least[1], least[1]/least[0])
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
