package tgsession_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each file of bindings/cases, through the package's exported interface alone.
func TestCases(t *testing.T) {
	files := must(filepath.Glob("../cases/*.json"))
	if len(files) < 10 {
		t.Fatalf("only %d files were found", len(files))
	}
	for _, file := range files {
		for _, one := range readCases(t, file) {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+": "+one.Name, func(t *testing.T) {
				w := newWorld()
				defer w.closeAll()
				if err := one.replay(newVariables(t.TempDir()), w.call); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

func TestARunnerThatAnswersWronglyFails(t *testing.T) {
	version := testCase{Steps: []step{{Call: "tgs_version", Result: object{"return": "another"}}}}
	wrong := answer{status: "TGS_OK", outputs: object{"return": "0.1.0"}}
	failed := answer{status: "TGS_ERROR_IO", message: "no"}
	for _, given := range []answer{wrong, failed, {status: "TGS_OK"}} {
		err := version.replay(newVariables(t.TempDir()), func(string, object, string) answer { return given })
		if err == nil || !strings.Contains(err.Error(), "step 1, tgs_version") {
			t.Errorf("%v passed: %v", given, err)
		}
	}
}

func TestEveryFunctionOfTheHeaderIsKnownHereAndNoOther(t *testing.T) {
	comments := regexp.MustCompile(`(?s)/\*.*?\*/`)
	header := comments.ReplaceAllString(string(must(os.ReadFile("../../include/tgsession.h"))), "")
	missing := map[string]bool{}
	for _, found := range regexp.MustCompile(`\b(tgs_\w+)\(`).FindAllStringSubmatch(header, -1) {
		missing[found[1]] = true
	}
	if len(missing) < 50 {
		t.Fatalf("only %d functions were found in the header", len(missing))
	}
	for _, name := range append(slices.Collect(maps.Keys(calls)), slices.Collect(maps.Keys(byItself))...) {
		if !missing[name] {
			t.Errorf("%s is in the table, and not in the header", name)
		}
		delete(missing, name)
	}
	for name := range missing {
		t.Errorf("%s is in the header, and not in the table", name)
	}
}
