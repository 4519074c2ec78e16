package redisengine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tgsession/tgsession/bindings/go"
)

// One value, "TOKEN SINCE OWNER", that Redis itself drops when its time is over. By the server's clock.
var (
	take = redis.NewScript(`
local held = redis.call('GET', KEYS[1])
local since = redis.call('TIME')[1]
if held then
  local token, began = string.match(held, '^(%S+) (%S+) ')
  if token ~= ARGV[1] then return held end
  since = began
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. since .. ' ' .. ARGV[2], 'PX', ARGV[3])
return false`)
	release = redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^(%S+) ') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return false`)
)

// TakeLease implements tgsession.Leaser.
func (e *Engine) TakeLease(lease tgsession.Lease) (holder *tgsession.LeaseHolder, err error) {
	held, err := e.run(take, lease.KeyID, lease.Token, lease.Owner, int64(lease.Seconds)*1000)
	if err != nil || held == "" {
		return nil, err
	}
	parts := strings.SplitN(held, " ", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%w: a lease in Redis is damaged", tgsession.ErrCorrupt)
	}
	since, err := strconv.ParseInt(parts[1], 10, 64)
	return &tgsession.LeaseHolder{Owner: parts[2], Since: since}, err
}

// ReleaseLease implements tgsession.Leaser.
func (e *Engine) ReleaseLease(keyID, token string) error {
	_, err := e.run(release, keyID, token)
	return err
}

func (e *Engine) run(script *redis.Script, keyID string, arguments ...any) (held string, err error) {
	err = e.call(func(ctx context.Context) error {
		held, err = script.Run(ctx, e.client, []string{"tgsession:lease:" + keyID}, arguments...).Text()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	return held, err
}
