// The twin of the TypeScript buildpack in this directory, with packit.
package main

import (
	"os"
	"path/filepath"

	"github.com/paketo-buildpacks/packit/v2"
)

const name = "greeting"

func detect(context packit.DetectContext) (packit.DetectResult, error) {
	if _, err := os.Stat(filepath.Join(context.WorkingDir, "greeting.txt")); err != nil {
		return packit.DetectResult{}, packit.Fail.WithMessage("the app has no greeting.txt")
	}
	plan := packit.BuildPlan{
		Provides: []packit.BuildPlanProvision{{Name: name}},
		Requires: []packit.BuildPlanRequirement{{Name: name}},
	}
	return packit.DetectResult{Plan: plan}, nil
}

func build(context packit.BuildContext) (packit.BuildResult, error) {
	text, err := os.ReadFile(filepath.Join(context.WorkingDir, "greeting.txt"))
	if err != nil {
		return packit.BuildResult{}, err
	}
	layer, err := context.Layers.Get(name)
	if err != nil {
		return packit.BuildResult{}, err
	}
	if layer, err = layer.Reset(); err != nil {
		return packit.BuildResult{}, err
	}
	layer.Launch = true
	layer.LaunchEnv.Override("GREETING", string(text))
	return packit.BuildResult{Layers: []packit.Layer{layer}}, nil
}

func main() {
	packit.Run(detect, build)
}
