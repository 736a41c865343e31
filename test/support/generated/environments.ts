import fc from "fast-check";
import type { Files } from "../lifecycle/lifecycle-binaries.ts";

/** Layers of one buildpack: what lies in its layers directory. */
export interface BuildpackLayers {
  readonly id: string;
  /** Files by path below the buildpack's layers directory, layers' metadata files among them. */
  readonly files: Files;
}

/** Layers whose environments meet in a few variables, in every form the specification has and in some it has not. */
export interface EnvironmentCase {
  readonly buildpacks: readonly BuildpackLayers[];
  readonly base: Readonly<Record<string, string>>;
}

const variables = ["V", "W", "PATH", "LD_LIBRARY_PATH", "LIBRARY_PATH", "CPATH", "PKG_CONFIG_PATH"];
const suffixes = ["", ".override", ".append", ".prepend", ".default", ".delim", ".unknown", ".b.append"];
const values = ["", "x", "y", ":", "a b", "$HOME", "é", "end\n"];
const directories = ["env", "env.build", "env.launch", "env.launch/web", "env.launch/worker"];
// "-" sorts before "." and "." before letters: the two orders of the lifecycle differ here
const layerNames = ["a", "a-b", "ab", "b", "B", "10-x", "9-x"];

const envFile = fc
  .tuple(fc.constantFrom(...directories), fc.constantFrom(...variables), fc.constantFrom(...suffixes))
  .map(([directory, variable, suffix]) => `${directory}/${variable}${suffix}`);
const envFiles = fc.dictionary(envFile, fc.constantFrom(...values), { maxKeys: 8 });
const pathDirectories = fc.subarray(["bin/", "lib/", "include/", "pkgconfig/"]);

const layer = fc.record({ env: envFiles, paths: pathDirectories, build: fc.boolean(), launch: fc.boolean() });
const layers = fc.dictionary(fc.constantFrom(...layerNames), layer, { maxKeys: 4 });

const buildpack = (id: string) => layers.map((all): BuildpackLayers => ({ id, files: filesOf(all) }));

function filesOf(all: Readonly<Record<string, Generated>>): Files {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { env, paths, build, launch }]) => [
      [`${name}.toml`, `[types]\nbuild = ${build}\nlaunch = ${launch}\n`],
      [`${name}/`, ""],
      ...paths.map((path) => [`${name}/${path}`, ""]),
      ...Object.entries(env).map(([file, value]) => [`${name}/${file}`, value]),
    ]),
  );
}

interface Generated {
  readonly env: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly build: boolean;
  readonly launch: boolean;
}

export const environmentCases: fc.Arbitrary<EnvironmentCase> = fc.record({
  buildpacks: fc.tuple(buildpack("one"), buildpack("two")),
  base: fc
    .dictionary(fc.constantFrom("V", "LD_LIBRARY_PATH", "CPATH"), fc.constantFrom("", "base"), { maxKeys: 2 })
    .map((some) => ({ PATH: "/usr/bin:/bin", ...some })),
});

/** The layers that remain in an image: only launch layers. */
export function launchLayersOf({ id, files }: BuildpackLayers): BuildpackLayers {
  const isLaunch = (path: string) => files[`${path.split(/[/.]/, 1)[0]}.toml`]?.includes("launch = true");
  return { id, files: Object.fromEntries(Object.entries(files).filter(([path]) => isLaunch(path))) };
}
