package tgsession_test

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The format of bindings/cases, as its README describes it.

type testCase struct {
	Name  string `json:"name"`
	For   string `json:"for"`
	Steps []step `json:"steps"`
}

type step struct {
	Call         string            `json:"call"`
	Args         object            `json:"args"`
	As           string            `json:"as"`
	Status       string            `json:"status"`
	Result       object            `json:"result"`
	Keep         map[string]string `json:"keep"`
	Message      []string          `json:"message"`
	MessageLacks []string          `json:"message_lacks"`
}

type (
	object    = map[string]any
	variables map[string]string
	// caller makes one call of a case. as is the name that the case gives to the object which the call creates.
	caller func(name string, args object, as string) answer
)

// answer is what a call came to.
type answer struct {
	status  string
	outputs object
	message string
}

// A case tells a part of these, and all of everything else.
var jsonAnswers = []string{"description", "diagnosis", "report"}

const nowTolerance = 60 // seconds

// readCases reads the cases that are not for C alone. Numbers stay as they are written.
func readCases(t *testing.T, path string) (cases []testCase) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(must(os.ReadFile(path)))))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&cases); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(cases, func(one testCase) bool { return one.For == "c" })
}

func newVariables(folder string) variables {
	key := func(factor, first int) string {
		bytes := make([]byte, 256)
		for i := range bytes {
			bytes[i] = byte(factor*i + first)
		}
		return hex.EncodeToString(bytes)
	}
	random := make([]byte, 256)
	must(rand.Read(random))
	fixtures := must(filepath.Abs("../../tests/fixtures"))
	return variables{
		"TMP": folder, "STORE": "sqlite:///" + folder, "FIXTURES": fixtures, "KEY": key(7, 3), "KEY2": key(5, 1), "NEWKEY": hex.EncodeToString(random),
	}
}

func (c *testCase) replay(known variables, call caller) error {
	for i, one := range c.Steps {
		if err := one.replay(known, call); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, one.Call, err)
		}
	}
	return nil
}

func (s *step) replay(known variables, call caller) error {
	args := known.fillIn(s.Args).(object)
	var got answer
	if helper, ok := helpers[s.Call]; ok {
		got = answer{status: "TGS_OK", outputs: helper(args)}
	} else {
		got = call(s.Call, args, s.As)
	}
	if err := errors.Join(s.checkStatus(got), s.checkMessage(got, known), s.checkResult(got, known)); err != nil {
		return err
	}
	for output, variable := range s.Keep {
		known[variable] = fmt.Sprint(got.outputs[output])
	}
	return nil
}

func (s *step) checkStatus(got answer) error {
	expected := s.Status
	if expected == "" {
		expected = "TGS_OK"
	}
	if got.status != expected {
		return fmt.Errorf("%s instead of %s: %s", got.status, expected, got.message)
	}
	return nil
}

func (s *step) checkMessage(got answer, known variables) error {
	if strings.HasPrefix(got.status, "TGS_ERROR") != (got.message != "") {
		return fmt.Errorf("the message is %q", got.message)
	}
	for _, part := range s.Message {
		if part = known.fillIn(part).(string); !strings.Contains(got.message, part) {
			return fmt.Errorf("%q is not in the message %q", part, got.message)
		}
	}
	for _, part := range s.MessageLacks {
		if strings.Contains(got.message, known.fillIn(part).(string)) {
			return fmt.Errorf("a secret, %s, is in the message", part)
		}
	}
	return nil
}

func (s *step) checkResult(got answer, known variables) error {
	for name, wanted := range s.Result {
		value, ok := got.outputs[name]
		if !ok {
			return fmt.Errorf("there is no %s", name)
		}
		if err := compare(value, known.fillIn(wanted), name, slices.Contains(jsonAnswers, name)); err != nil {
			return err
		}
	}
	return nil
}

// fillIn puts variables in the place of "$NAME" and "$NAME/...", anywhere in a value.
func (v variables) fillIn(value any) any {
	switch value := value.(type) {
	case string:
		if value == "" || value[0] != '$' {
			return value
		}
		name, rest, isPath := strings.Cut(value[1:], "/")
		if known, ok := v[name]; ok && isPath {
			return known + "/" + rest
		} else if ok {
			return known
		}
	case []any:
		filled := make([]any, len(value))
		for i := range value {
			filled[i] = v.fillIn(value[i])
		}
		return filled
	case object:
		filled := object{}
		for name := range value {
			filled[name] = v.fillIn(value[name])
		}
		return filled
	}
	return value
}

// compare tells where an answer is another one. Of a part, objects may have more members than are wanted.
func compare(got, wanted any, where string, isPart bool) error {
	differs := fmt.Errorf("%s is %v, not %v", where, got, wanted)
	switch wanted := wanted.(type) {
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(wanted) {
			return differs
		}
		for i := range wanted {
			if err := compare(list[i], wanted[i], fmt.Sprintf("%s.%d", where, i), isPart); err != nil {
				return err
			}
		}
		return nil
	case object:
		object, ok := got.(object)
		if !ok || !isPart && len(object) != len(wanted) {
			return differs
		}
		for name := range wanted {
			if _, ok := object[name]; !ok {
				return fmt.Errorf("%s has no %s", where, name)
			}
			if err := compare(object[name], wanted[name], where+"."+name, isPart); err != nil {
				return err
			}
		}
		return nil
	}
	if !equal(got, wanted) {
		return differs
	}
	return nil
}

// equal compares values that have no parts. A number beyond 2^53 is written as text.
func equal(got, wanted any) bool {
	number, isNumber := got.(json.Number)
	switch {
	case wanted == "$any":
		return got != nil
	case wanted == "$now":
		seconds, err := number.Int64()
		return isNumber && err == nil && max(seconds-time.Now().Unix(), time.Now().Unix()-seconds) < nowTolerance
	case isNumber:
		return wanted == number || wanted == number.String()
	}
	return got == wanted
}

// Steps that are no calls of the library.
var helpers = map[string]func(object) object{
	"write_file": func(args object) object {
		check(os.WriteFile(args["path"].(string), must(hex.DecodeString(args["bytes"].(string))), 0o600))
		return object{}
	},
	"copy_file": func(args object) object {
		check(os.WriteFile(args["target"].(string), must(os.ReadFile(args["source"].(string))), 0o600))
		return object{}
	},
	"check_file": func(args object) object {
		info, err := os.Stat(args["path"].(string))
		if errors.Is(err, fs.ErrNotExist) {
			return object{"exists": false, "mode": nil}
		}
		return object{"exists": true, "mode": strconv.FormatUint(uint64(must(info, err).Mode().Perm()), 8)}
	},
}
