package tgsession

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// What fmt prints, by %v as by %+v: the values, not the addresses at which they are, and no key.

// String shows the values that are there, and no key.
func (d Description) String() string { return readable(d) }

// String shows the values that are there.
func (d Diagnosis) String() string { return readable(d) }

// String shows the values that are there.
func (f DiagnosisFields) String() string { return readable(f) }

// String shows what became of each field and table.
func (r Report) String() string { return readable(r) }

// String shows the values that are there, and no key.
func (d SessionData) String() string { return readable(d) }

// String shows the values that are there.
func (p Peer) String() string { return readable(p) }

// String shows the values that are there.
func (p InputPeer) String() string { return readable(p) }

// String shows the values that are there.
func (s UpdateState) String() string { return readable(s) }

const hidden = "(hidden)"

var secrets = map[string]bool{"AuthKey": true, "TmpAuthKey": true}

// readable is a struct without what is absent in it: {ID:5 AccessHash:-7 Usernames:["anna"]}.
func readable(value any) string {
	var text strings.Builder
	writeReadable(&text, reflect.ValueOf(value))
	return text.String()
}

func writeReadable(text *strings.Builder, value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		writeReadable(text, value.Elem())
	case reflect.Struct:
		writeFields(text, value)
	case reflect.Slice:
		text.WriteByte('[')
		for i := range value.Len() {
			if i > 0 {
				text.WriteByte(' ')
			}
			writeReadable(text, value.Index(i))
		}
		text.WriteByte(']')
	case reflect.String:
		text.WriteString(strconv.Quote(value.String()))
	default:
		fmt.Fprint(text, value.Interface())
	}
}

func writeFields(text *strings.Builder, value reflect.Value) {
	text.WriteByte('{')
	separator := ""
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i)
		if isAbsent(field) {
			continue
		}
		text.WriteString(separator + name + ":")
		separator = " "
		if secrets[name] {
			text.WriteString(hidden)
		} else {
			writeReadable(text, field)
		}
	}
	text.WriteByte('}')
}

func isAbsent(field reflect.Value) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Slice:
		return field.IsNil()
	case reflect.String:
		return field.Len() == 0
	}
	return false
}
