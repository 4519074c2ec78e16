// Package redisengine keeps Telegram sessions in Redis, for any Go program that uses tgsession. A session stands there as
// ../README.md tells: engines in other languages find it.
package redisengine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tgsession/tgsession/bindings/go"
)

// wait is how long a call waits for a server that is away.
const wait = 5 * time.Second

// Engine is one session in Redis.
type Engine struct {
	client *redis.Client
	name   string
	prefix string
	change *change // nil outside of a transaction
}

// change is what was written since Begin. A goroutine holds the connection that watches the session until Finish.
type change struct {
	writes []write
	keep   chan bool
	done   chan error
}

// write is a command with its arguments.
type write []any

var _ interface {
	tgsession.Engine
	tgsession.UsernameFinder
	tgsession.PhoneFinder
	tgsession.PeerDeleter
	tgsession.Remover
	tgsession.Transactor
	tgsession.Leaser
	tgsession.ValueKeeper
	tgsession.Destroyer
} = (*Engine)(nil)

// Open opens the session with this name, any text that is not empty.
func Open(server redis.Options, name string, opts ...tgsession.Option) (*tgsession.Session, error) {
	engine, err := New(server, name)
	if err != nil {
		return nil, err
	}
	session, err := tgsession.OpenEngine(engine, opts...)
	if err != nil {
		engine.Destroy()
	}
	return session, err
}

// New is the engine of one session, with a client of its own. It connects with the first call.
func New(server redis.Options, name string) (*Engine, error) {
	if name == "" {
		return nil, fmt.Errorf("%w: a session in Redis needs a name", tgsession.ErrInvalidArgument)
	}
	// A server that restarts is back after a moment: the deadline ends the attempts, not their number.
	server.ContextTimeoutEnabled = true
	server.MaxRetries, server.MinRetryBackoff, server.MaxRetryBackoff = 1000, 50*time.Millisecond, 200*time.Millisecond
	// Any name, so that no session's keys can be another one's.
	escaped := strings.NewReplacer("%", "%25", "}", "%7D").Replace(name)
	return &Engine{client: redis.NewClient(&server), name: name, prefix: "tgsession:{" + escaped + "}:"}, nil
}

// Info implements tgsession.Engine.
func (e *Engine) Info() tgsession.EngineInfo {
	server := e.client.Options()
	location := fmt.Sprintf("redis://%s/%d %s", server.Addr, server.DB, e.name)
	return tgsession.EngineInfo{Location: location, Persistent: true, UsernamesExpire: true}
}

// Destroy implements tgsession.Destroyer.
func (e *Engine) Destroy() { _ = e.client.Close() }

// Begin implements tgsession.Transactor.
func (e *Engine) Begin() error {
	change := &change{keep: make(chan bool), done: make(chan error, 1)}
	begun := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	late := time.AfterFunc(wait, cancel)
	go func() {
		defer cancel()
		change.done <- e.client.Watch(ctx, func(watching *redis.Tx) error {
			close(begun)
			if !<-change.keep {
				return nil
			}
			if len(change.writes) == 0 { // what was read is to be of one moment, and go-redis sends no empty transaction
				change.writes = []write{{"GET", e.key("version")}}
			}
			return e.call(func(ctx context.Context) error { return commit(ctx, watching, change.writes) })
		}, e.key("version"))
	}()
	select {
	case <-begun:
		late.Stop()
		e.change = change
		return nil
	case err := <-change.done:
		return err
	}
}

// Finish implements tgsession.Transactor. If another client wrote in the meantime, the version has changed, and nothing is written.
func (e *Engine) Finish(keep bool) error {
	change := e.change
	e.change = nil
	change.keep <- keep
	return <-change.done
}

// together makes one change of what work reads and writes, or a part of the one that has begun.
func (e *Engine) together(work func() error) error {
	if e.change != nil {
		return work()
	}
	if err := e.Begin(); err != nil {
		return err
	}
	err := work()
	if ended := e.Finish(err == nil); err == nil {
		err = ended
	}
	return err
}

// write writes at once, or with the others of its change: all of it or nothing.
func (e *Engine) write(writes ...write) error {
	writes = append(writes, write{"INCR", e.key("version")})
	if e.change != nil {
		e.change.writes = append(e.change.writes, writes...)
		return nil
	}
	return e.call(func(ctx context.Context) error { return commit(ctx, e.client, writes) })
}

func commit(ctx context.Context, to redis.Cmdable, writes []write) error {
	_, err := to.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, one := range writes {
			pipe.Do(ctx, one...)
		}
		return nil
	})
	return err
}

// call talks to the server in a bounded time.
func (e *Engine) call(talk func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	err := talk(ctx)
	if errors.Is(err, redis.TxFailedErr) {
		return &tgsession.Error{Status: tgsession.StatusLocked, Message: "another client wrote at the same time"}
	}
	return err
}

// key is a key of the session: "data", or "username:" with a username behind it.
func (e *Engine) key(kind string, rest ...any) string { return e.prefix + kind + fmt.Sprint(rest...) }

// hashes reads several hashes; one that is not there is empty.
func (e *Engine) hashes(keys []string) (rows []row, err error) {
	err = e.call(func(ctx context.Context) error {
		replies, err := e.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, key := range keys {
				pipe.HGetAll(ctx, key)
			}
			return nil
		})
		rows = make([]row, len(replies))
		for i, reply := range replies {
			rows[i].values = reply.(*redis.MapStringStringCmd).Val()
		}
		return err
	})
	return rows, err
}

// allHashes reads those of all members of a set: "peers" and "peer:".
func (e *Engine) allHashes(set, kind string) ([]row, error) {
	members, err := e.members(e.key(set))
	if err != nil {
		return nil, err
	}
	return e.hashes(e.keysOf(kind, members))
}

func (e *Engine) keysOf(kind string, members []string) []string {
	keys := make([]string, len(members))
	for i, member := range members {
		keys[i] = e.key(kind, member)
	}
	return keys
}

// members are those of all the sets.
func (e *Engine) members(sets ...string) (members []string, err error) {
	err = e.call(func(ctx context.Context) error {
		members, err = e.client.SUnion(ctx, sets...).Result()
		return err
	})
	return members, err
}
