import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Env } from "../../framework/src/env/apply.ts";
import { composeBuildEnv, composeLaunchEnv, inheritedEnv, type LayerFiles } from "../../framework/src/env/compose.ts";
import { compared } from "../support/conformance/rows.ts";
import {
  type BuildpackLayers,
  type EnvironmentCase,
  environmentCases,
  launchLayersOf,
} from "../support/generated/environments.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";
import { buildEnvironments, launchedEnvironment } from "../support/lifecycle/lifecycle-oracle.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

/** The layers of a buildpack that later ones or processes see, as the framework's functions take them. */
function layersOf({ id, files }: BuildpackLayers, type: "build" | "launch"): readonly LayerFiles[] {
  const tomls = Object.entries(files).filter(
    ([file, text]) => file.endsWith(".toml") && text.includes(`${type} = true`),
  );
  return tomls.map(([file]) => {
    const name = file.slice(0, -".toml".length);
    const own = Object.entries(files).filter(([path]) => path.startsWith(`${name}/`));
    const below = own.map(([path, contents]) => [path.slice(name.length + 1), contents] as const);
    return { name, path: `<layers>/${id}/${name}`, files: Object.fromEntries(below) };
  });
}

/** The environments of the first buildpack, of the second, and of one after them. */
function ourBuildEnvironments({ buildpacks, base }: EnvironmentCase): readonly Env[] {
  const [one, two] = buildpacks.map((buildpack) => layersOf(buildpack, "build"));
  const first = inheritedEnv(base);
  const second = composeBuildEnv(one ?? [], first);
  return [first, second, composeBuildEnv(two ?? [], second)];
}

test("libcnb computes the environment of build layers like the official builder", async (context) => {
  await fc.assert(
    fc.asyncProperty(environmentCases, async (given) => {
      expect(ourBuildEnvironments(given)).toEqual(await buildEnvironments(lifecycle, given));
    }),
    { numRuns: compared(context, [40, 1000]), seed: 20260101 },
  );
});

test("libcnb computes the environment of launch layers like the official launcher", async (context) => {
  await fc.assert(
    fc.asyncProperty(environmentCases, async (given) => {
      const ours = given.buildpacks
        .map(launchLayersOf)
        .reduce((env, buildpack) => composeLaunchEnv(layersOf(buildpack, "launch"), env, "web"), given.base);
      expect(ours).toEqual(await launchedEnvironment(lifecycle, given));
    }),
    { numRuns: compared(context, [200, 3000]), seed: 20260101 },
  );
});
