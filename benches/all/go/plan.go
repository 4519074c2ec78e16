package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/tgsession/tgsession/bindings/go"
)

// The rule of the invented peers: benches/all/README.md.
const (
	stride       = 7919
	hot          = 64
	batches      = 5
	newPeersFrom = 100_000_000
	bulk         = 10_000
)

type step struct {
	Step      string `json:"step"`
	Operation string `json:"operation"`
	File      string `json:"file"`
	Peers     int64  `json:"peers"`
	From      int64  `json:"from"`
	Calls     int64  `json:"calls"`
}

type answer struct {
	Version string  `json:"version,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	CPU     float64 `json:"cpu,omitempty"`
	Failed  string  `json:"failed,omitempty"`
}

// plan is what "begin" makes for the calls of "run".
type plan struct {
	session *tgsession.Session
	call    func(number int64) error
}

func invent(number int64) tgsession.Peer {
	id := 777_000_000_000 + number
	return tgsession.Peer{
		ID:          id,
		AccessHash:  tgsession.Some(-id * 1_000_003),
		Type:        tgsession.PeerUser,
		Usernames:   []string{fmt.Sprintf("tgs_user_%d", number)},
		PhoneNumber: tgsession.Some(fmt.Sprintf("99966%07d", number)),
	}
}

func inventEach(count, first, stride, modulus int64) []tgsession.Peer {
	peers := make([]tgsession.Peer, count)
	for at := range peers {
		peers[at] = invent((first + int64(at)*stride) % modulus)
	}
	return peers
}

func (p *plan) take(s step) (answer, error) {
	switch s.Step {
	case "begin":
		return answer{}, p.begin(s)
	case "run":
		return p.run(s)
	default:
		return answer{}, p.end()
	}
}

func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func (p *plan) run(s step) (answer, error) {
	cpu, start := processorSeconds(), time.Now()
	for number := range s.Calls {
		if err := p.call(number); err != nil {
			return answer{}, err
		}
	}
	seconds := time.Since(start).Seconds()
	return answer{Seconds: seconds, CPU: processorSeconds() - cpu}, nil
}

func (p *plan) end() error {
	session := p.session
	*p = plan{}
	if session == nil {
		return nil
	}
	return session.Close()
}

func serve(in io.Reader, out io.Writer) error {
	answers, lines := json.NewEncoder(out), bufio.NewScanner(in)
	if err := answers.Encode(answer{Version: strings.TrimPrefix(tgsession.Version(), "v")}); err != nil {
		return err
	}
	var current plan
	for lines.Scan() {
		var next step
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			return err
		}
		given, err := current.take(next)
		if err != nil {
			given = answer{Failed: err.Error()}
		}
		if err := answers.Encode(given); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// everyNumber is no modulus.
const everyNumber = math.MaxInt64
