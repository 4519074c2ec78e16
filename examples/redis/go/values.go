package redisengine

import "context"

// Values implements tgsession.ValueKeeper.
func (e *Engine) Values(names []string) (map[string][]byte, error) {
	if names == nil {
		return e.allValues()
	}
	values := map[string][]byte{}
	err := e.call(func(ctx context.Context) error {
		found, err := e.client.HMGet(ctx, e.key("values"), names...).Result()
		for i, value := range found {
			if text, isThere := value.(string); isThere {
				values[names[i]] = []byte(text)
			}
		}
		return err
	})
	return values, err
}

func (e *Engine) allValues() (map[string][]byte, error) {
	rows, err := e.hashes([]string{e.key("values")})
	if err != nil {
		return nil, err
	}
	values := map[string][]byte{}
	for name, value := range rows[0].values {
		values[name] = []byte(value)
	}
	return values, nil
}

// SetValue implements tgsession.ValueKeeper.
func (e *Engine) SetValue(name string, value []byte) error {
	if value == nil {
		return e.write(write{"HDEL", e.key("values"), name})
	}
	return e.write(write{"HSET", e.key("values"), name, value})
}
