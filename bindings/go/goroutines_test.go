package tgsession

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// together runs as many goroutines and waits for all.
func together(count int, work func(number int)) {
	var group sync.WaitGroup
	for number := range count {
		group.Add(1)
		go func() {
			defer group.Done()
			work(number)
		}()
	}
	group.Wait()
}

func TestGoroutinesWriteAndRead(t *testing.T) {
	for _, location := range []string{":memory:", t.TempDir() + "/many.session"} {
		s := opened(t, location, BusyTimeout(30*time.Second))
		together(16, func(number int) {
			for round := range 5 {
				id := int64(number*100 + round + 1)
				if err := s.UpdatePeers([]Peer{{ID: id, Usernames: []string{fmt.Sprintf("u%d", id)}}}); err != nil {
					t.Error(err)
				}
				if peer, err := s.PeerByUsername(fmt.Sprintf("u%d", id)); err != nil || peer.ID != id {
					t.Errorf("%v, %v", peer, err)
				}
			}
		})
		equal(t, len(collect(t, s.Peers())), 80)
	}
}

func TestClosingWhileOthersRead(t *testing.T) {
	for _, location := range []string{":memory:", t.TempDir() + "/closing.session"} {
		s := opened(t, location)
		must(t, s.UpdatePeers(people()))
		reading := make(chan struct{}, 16)
		refused := make([]bool, 16)
		closer := make(chan error)
		go func() {
			for range cap(reading) {
				<-reading
			}
			closer <- s.Close()
		}()
		together(16, func(number int) { refused[number] = readUntilClosed(t, s, reading) })
		must(t, <-closer)
		for number, closed := range refused {
			if !closed {
				t.Errorf("goroutine %d never met ErrClosed", number)
			}
		}
	}
}

// readUntilClosed reads, says so once, and goes on; it tells whether the end was ErrClosed.
func readUntilClosed(t *testing.T, s *Session, reading chan<- struct{}) bool {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		for peer, err := range s.Peers() {
			if errors.Is(err, ErrClosed) {
				return true
			}
			if err != nil || peer.ID == 0 {
				t.Error(peer, err)
				return false
			}
		}
		if reading != nil {
			reading <- struct{}{}
			reading = nil
		}
	}
	return false
}

// Go's runtime may end a program that has a small number in a pointer on a stack that grows.
func TestAHandleSurvivesAGrowingStack(t *testing.T) {
	s := opened(t, ":memory:")
	must(t, s.UpdatePeers(people()))
	together(4, func(int) {
		if err := deep(s, 2000); err != nil {
			t.Error(err)
		}
	})
}

func deep(s *Session, depth int) error {
	var filler [64]byte
	if depth == 0 {
		return last(s.PeerByID(777000101))
	}
	for peer, err := range s.PeersByID(777000101) {
		if err != nil || peer.ID == int64(filler[depth%64]) {
			return fmt.Errorf("%v: %w", peer, err)
		}
		return deep(s, depth-1)
	}
	return ErrNotFound
}
