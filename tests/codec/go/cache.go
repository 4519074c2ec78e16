package main

import "github.com/amarnathcjd/gogram/telegram"

// makeCache: gogram's cache of peers, as it writes it beside a session.
func makeCache() (entries []entry, err error) {
	peers := telegram.InputPeerCache{
		InputUsers:    map[int64]int64{777000101: -5512345678901234567, 777000123: 9223372036854775807},
		InputChannels: map[int64]int64{777000301: 123, 2147483648: -9223372036854775808},
		UsernameMap:   map[string]int64{"TgsUser": 777000101, "tgs_news": 777000301},
		OwnerID:       777000123,
	}
	content, err := inFile(func(path string) error { return telegram.NewFileCacheStorage(path).Write(&peers) })
	if err != nil {
		return nil, err
	}
	empty, err := inFile(func(path string) error {
		return telegram.NewFileCacheStorage(path).Write(&telegram.InputPeerCache{})
	})
	if err != nil {
		return nil, err
	}
	return []entry{
		{Library: "gogram", Version: gogramVersion, Format: "cache", File: content},
		{Library: "gogram", Version: gogramVersion, Format: "cache", File: empty},
	}, nil
}
