module github.com/tgsession/tgsession/benches/all/go

go 1.24

require github.com/tgsession/tgsession/bindings/go v0.0.0

replace github.com/tgsession/tgsession/bindings/go => ../../../bindings/go
