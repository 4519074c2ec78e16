package redisengine

import (
	"fmt"
	"strconv"

	"github.com/tgsession/tgsession/bindings/go"
)

// row is a hash. A field that is not there is absent.
type row struct {
	values map[string]string
	err    error // the first value that cannot be what it should be
}

func (r *row) isThere() bool { return len(r.values) > 0 }

func (r *row) text(name string) *string {
	if value, ok := r.values[name]; ok {
		return &value
	}
	return nil
}

func (r *row) bytes(name string) []byte {
	if value, ok := r.values[name]; ok {
		return []byte(value)
	}
	return nil
}

func (r *row) number(name string) *int64 { return number[int64](r, name) }

func (r *row) flag(name string) *bool {
	value := r.number(name)
	if value == nil {
		return nil
	}
	return tgsession.Some(*value != 0)
}

// must is a number that is always there.
func (r *row) must(name string) int64 {
	if value := r.number(name); value != nil {
		return *value
	}
	r.damaged(name)
	return 0
}

func (r *row) damaged(name string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s in Redis is damaged", tgsession.ErrCorrupt, name)
	}
}

func number[T int32 | int64 | uint16](r *row, name string) *T {
	text, ok := r.values[name]
	if !ok {
		return nil
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || int64(T(value)) != value {
		r.damaged(name)
	}
	return tgsession.Some(T(value))
}

// fields are the arguments of HSET: what is nil is left out.
type fields []any

func (f fields) add(name string, value any) fields { return append(f, name, value) }

func add[T any](f fields, name string, value *T) fields {
	if value == nil {
		return f
	}
	return f.add(name, *value)
}

// whole replaces a hash.
func whole(key string, values fields) []write {
	return []write{{"DEL", key}, append(write{"HSET", key}, values...)}
}
