module github.com/tgsession/tgsession/bindings/go

go 1.24
