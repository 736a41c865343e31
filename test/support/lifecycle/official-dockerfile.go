// The official lifecycle's judgement of Dockerfiles: reads a JSON list of them on standard input, writes one of answers on standard output.
package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/buildpacks/lifecycle/buildpack"
	"github.com/buildpacks/lifecycle/internal/extend"
	"github.com/buildpacks/lifecycle/log"
)

type question struct {
	Kind string            `json:"kind"` // build, run, or config for an extend-config.toml
	Text string            `json:"text"`
	Env  map[string]string `json:"env"` // to expand words with; none: do not
}

type answer struct {
	Error    string     `json:"error"`
	WithBase string     `json:"withBase"`
	Extend   bool       `json:"extend"`
	Words    [][]string `json:"words"` // of each instruction, expanded
}

type variables map[string]string

func (v variables) Get(name string) (string, bool) { value, ok := v[name]; return value, ok }
func (v variables) Keys() []string                 { return nil }

func main() {
	var questions []question
	must(json.NewDecoder(os.Stdin).Decode(&questions))
	dir, err := os.MkdirTemp("", "dockerfile-")
	must(err)
	defer os.RemoveAll(dir)
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = judge(q, filepath.Join(dir, "file"))
	}
	must(json.NewEncoder(os.Stdout).Encode(answers))
}

func judge(q question, path string) answer {
	must(os.WriteFile(path, []byte(q.Text), 0o600))
	logger := log.NewDefaultLogger(io.Discard)
	info := buildpack.DockerfileInfo{Path: path, Kind: q.Kind}
	var err error
	switch q.Kind {
	case "build":
		err = buildpack.ValidateBuildDockerfile(path, logger)
	case "run":
		err = buildpack.ValidateRunDockerfile(&info, logger)
	case "config":
		err = extend.ValidateConfig(path)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	a := answer{WithBase: info.WithBase, Extend: info.Extend}
	if q.Env != nil {
		a.Words = words(q)
	}
	return a
}

func words(q question) [][]string {
	result, err := parser.Parse(strings.NewReader(q.Text))
	must(err)
	stages, _, err := instructions.Parse(result.AST, &linter.Linter{})
	must(err)
	lex := shell.NewLex(result.EscapeToken)
	expand := func(word string) (string, error) {
		value, _, err := lex.ProcessWord(word, variables(q.Env))
		return value, err
	}
	var all [][]string
	for _, command := range stages[0].Commands {
		if c, ok := command.(instructions.SupportsSingleWordExpansion); ok {
			must(c.Expand(expand))
		}
		all = append(all, append([]string{command.Name()}, values(command)...))
	}
	return all
}

func values(command instructions.Command) []string {
	switch c := command.(type) {
	case *instructions.EnvCommand:
		return []string{c.Env[0].Key, c.Env[0].Value}
	case *instructions.LabelCommand:
		return []string{c.Labels[0].Key, c.Labels[0].Value}
	case *instructions.ArgCommand:
		if c.Args[0].Value == nil {
			return []string{c.Args[0].Key}
		}
		return []string{c.Args[0].Key, *c.Args[0].Value}
	case *instructions.CopyCommand:
		return append(append([]string{c.Chown, c.Chmod}, c.SourcePaths...), c.DestPath)
	case *instructions.AddCommand:
		return append(append([]string{c.Chown, c.Chmod}, c.SourcePaths...), c.DestPath)
	case *instructions.RunCommand:
		return append([]string{map[bool]string{true: "shell", false: "exec"}[c.PrependShell]}, c.CmdLine...)
	case *instructions.ShellCommand:
		return c.Shell
	case *instructions.UserCommand:
		return []string{c.User}
	case *instructions.WorkdirCommand:
		return []string{c.Path}
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
