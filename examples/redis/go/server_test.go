package redisengine

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is a real redis-server, which keeps what it acknowledged in a folder.
type server struct {
	folder  string
	address string
	process *exec.Cmd
}

func newServer(t *testing.T) *server {
	t.Helper()
	free := got(net.Listen("tcp", "127.0.0.1:0"))(t)
	s := &server{folder: t.TempDir(), address: free.Addr().String()}
	must(t, free.Close())
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *server) start(t *testing.T) {
	t.Helper()
	_, port, err := net.SplitHostPort(s.address)
	must(t, err)
	s.process = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", s.folder,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always")
	must(t, s.process.Start())
	client := s.client()
	defer client.Close()
	for deadline := time.Now().Add(20 * time.Second); client.Ping(context.Background()).Err() != nil; {
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *server) kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

func (s *server) options() redis.Options { return redis.Options{Addr: s.address} }

// client looks at what is there, past the engine.
func (s *server) client() *redis.Client {
	options := s.options()
	return redis.NewClient(&options)
}

func (s *server) hash(t *testing.T, key string) map[string]string {
	t.Helper()
	client := s.client()
	defer client.Close()
	return got(client.HGetAll(context.Background(), key).Result())(t)
}

func (s *server) keys(t *testing.T) []string {
	t.Helper()
	client := s.client()
	defer client.Close()
	return got(client.Keys(context.Background(), "*").Result())(t)
}

// runC runs the program of the engine in C, which make test-redis-go compiles.
func (s *server) runC(t *testing.T, arguments ...string) {
	t.Helper()
	program := os.Getenv("TGS_REDIS_PROGRAM")
	if program == "" {
		t.Fatal("TGS_REDIS_PROGRAM does not name the program of the engine in C: run make test-redis-go")
	}
	if output, err := exec.Command(program, append([]string{s.address}, arguments...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

func decimal(number int64) string { return strconv.FormatInt(number, 10) }
