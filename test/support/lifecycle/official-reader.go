// The official lifecycle's reading of TOML: takes a JSON list of texts on standard input, writes one of answers on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/internal/fsutil"
	"github.com/buildpacks/lifecycle/log"
	"github.com/buildpacks/lifecycle/platform"
	"github.com/buildpacks/lifecycle/platform/files"
)

type question struct {
	Kind   string                `json:"kind"` // any, buildpack or extension
	Text   string                `json:"text"`
	Files  []string              `json:"files"`  // empty ones in bin, beside the descriptor
	Target *files.TargetMetadata `json:"target"` // of a run image, for a descriptor
}

type answer struct {
	Error     string `json:"error"`
	Value     any    `json:"value"`
	Satisfied bool   `json:"satisfied"`
}

// A build image without /etc/os-release.
type nowhere struct{}

func (nowhere) HasSystemdFile() bool             { return false }
func (nowhere) ReadSystemdFile() (string, error) { return "", nil }
func (nowhere) GetInfo(string) fsutil.OSInfo     { return fsutil.OSInfo{} }
func (nowhere) StoredInfo() *fsutil.OSInfo       { return nil }
func (nowhere) InfoOnce(log.Logger)              {}

func main() {
	var questions []question
	must(json.NewDecoder(os.Stdin).Decode(&questions))
	dir, err := os.MkdirTemp("", "descriptors-")
	must(err)
	defer os.RemoveAll(dir)
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = read(q, dir)
	}
	must(json.NewEncoder(os.Stdout).Encode(answers))
}

func read(q question, dir string) answer {
	if q.Kind == "any" {
		var value map[string]any
		if _, err := toml.Decode(q.Text, &value); err != nil {
			return answer{Error: err.Error()}
		}
		return answer{Value: typed(value)}
	}
	must(os.RemoveAll(filepath.Join(dir, "bin")))
	for _, file := range q.Files {
		must(os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o700))
		must(os.WriteFile(filepath.Join(dir, file), nil, 0o600))
	}
	path := filepath.Join(dir, q.Kind+".toml")
	must(os.WriteFile(path, []byte(q.Text), 0o600))
	var descriptor buildpack.Descriptor
	var err error
	if q.Kind == "buildpack" {
		descriptor, err = buildpack.ReadBpDescriptor(path)
	} else {
		descriptor, err = buildpack.ReadExtDescriptor(path)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: fields(descriptor), Satisfied: q.Target != nil && satisfied(descriptor, *q.Target)}
}

// As the detector does it.
func satisfied(descriptor buildpack.Descriptor, target files.TargetMetadata) bool {
	logger := log.NewDefaultLogger(io.Discard)
	for _, each := range descriptor.TargetsList() {
		if platform.TargetSatisfiedForBuild(nowhere{}, &target, each, logger) {
			return true
		}
	}
	return len(descriptor.TargetsList()) == 0
}

func fields(descriptor buildpack.Descriptor) any {
	switch d := descriptor.(type) {
	case *buildpack.BpDescriptor:
		i := d.Buildpack
		return map[string]any{"api": d.WithAPI, "id": i.ID, "version": i.Version, "name": i.Name, "homepage": i.Homepage, "clearEnv": i.ClearEnv,
			"execEnv": i.ExecEnv, "sbomFormats": i.SBOM, "targets": d.Targets, "order": d.Order}
	case *buildpack.ExtDescriptor:
		i := d.Extension
		return map[string]any{"api": d.WithAPI, "id": i.ID, "version": i.Version, "name": i.Name, "homepage": i.Homepage, "clearEnv": i.ClearEnv,
			"execEnv": i.ExecEnv, "targets": d.Targets}
	}
	return nil
}

type value struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// JSON that keeps the types of TOML, in the form of toml-test.
func typed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		table := map[string]any{}
		for key, item := range v {
			table[key] = typed(item)
		}
		return table
	case []map[string]any:
		list := []any{}
		for _, item := range v {
			list = append(list, typed(item))
		}
		return list
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, typed(item))
		}
		return list
	case string:
		return value{"string", v}
	case bool:
		return value{"bool", strconv.FormatBool(v)}
	case int64:
		return value{"integer", strconv.FormatInt(v, 10)}
	case float64:
		return value{"float", float(v)}
	case time.Time:
		return moment(v)
	}
	panic(fmt.Sprintf("%T", v))
}

func float(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return map[bool]string{true: "inf", false: "-inf"}[v > 0]
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func moment(v time.Time) value {
	switch v.Location().String() {
	case "datetime-local":
		return value{"datetime-local", v.Format("2006-01-02T15:04:05.999999999")}
	case "date-local":
		return value{"date-local", v.Format("2006-01-02")}
	case "time-local":
		return value{"time-local", v.Format("15:04:05.999999999")}
	}
	return value{"datetime", v.Format(time.RFC3339Nano)}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
