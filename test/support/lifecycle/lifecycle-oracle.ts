// @needs go
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackLayers, type EnvironmentCase, launchLayersOf } from "../generated/environments.ts";
import { environmentIn, type Files, type LifecycleBinaries } from "./lifecycle-binaries.ts";

type Variables = Readonly<Record<string, string>>;

const platformApi = "0.15";
const buildpackApi = "0.12";

/** Moves files below a directory. */
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, contents]) => [`${folder}/${path}`, contents]));

const merged = (all: readonly Files[]): Files => Object.assign({}, ...all);

/** The environment in which the official launcher starts the process `web` of an image with these launch layers. */
export async function launchedEnvironment(
  lifecycle: LifecycleBinaries,
  { buildpacks, base }: EnvironmentCase,
): Promise<Variables> {
  const images = buildpacks.map(launchLayersOf);
  const files = [
    { "config/metadata.toml": launchMetadata(images) },
    ...images.map(({ id, files }) => below(id, files)),
  ];
  const layers = await lifecycle.folder("layers", merged(files));
  const env = { ...base, CNB_LAYERS_DIR: layers, CNB_APP_DIR: lifecycle.dir, CNB_PLATFORM_API: platformApi };
  const { exitCode, output } = await lifecycle.run("launcher", [], { as: "web", env });
  if (exitCode !== 0) throw new Error(`the launcher exited ${exitCode}: ${output}`);
  return withNamedLayers(environmentIn(output), layers);
}

function launchMetadata(buildpacks: readonly BuildpackLayers[]): string {
  const tables = buildpacks.map(({ id }) => `[[buildpacks]]\nid = "${id}"\nversion = "1"\napi = "${buildpackApi}"\n`);
  const command = `command = ["/usr/bin/env", "-0"]`;
  return `${tables.join("")}[[processes]]\ntype = "web"\n${command}\ndirect = true\nbuildpack-id = "${buildpacks[0]?.id}"\n`;
}

/** The environment that each buildpack sees in the official builder, and behind them one that has no layers. */
export async function buildEnvironments(
  lifecycle: LifecycleBinaries,
  { buildpacks, base }: EnvironmentCase,
): Promise<readonly Variables[]> {
  const all = [...buildpacks, { id: "last", files: {} }];
  const folders = {
    app: await lifecycle.folder("app", {}),
    layers: await lifecycle.folder("layers", { "group.toml": groupToml(all), "plan.toml": "" }),
    buildpacks: await lifecycle.folder("buildpacks", merged(all.map(scripted))),
    platform: await lifecycle.folder("platform", { "env/": "" }),
    seen: await lifecycle.folder("seen", {}),
  };
  const paths = (["app", "layers", "buildpacks", "platform"] as const).flatMap((name) => [`-${name}`, folders[name]]);
  const files = ["-group", join(folders.layers, "group.toml"), "-plan", join(folders.layers, "plan.toml")];
  const env = { ...base, CNB_PLATFORM_API: platformApi, CNB_BUILD_CONFIG_DIR: folders.seen };
  const { exitCode, output } = await lifecycle.run("builder", [...paths, ...files], { env });
  if (exitCode !== 0) throw new Error(`the builder exited ${exitCode}: ${output}`);
  const seen = all.map(({ id }) => readFile(join(folders.seen, id), "utf8"));
  return (await Promise.all(seen)).map((text) => withNamedLayers(environmentIn(text), folders.layers));
}

const groupToml = (buildpacks: readonly BuildpackLayers[]) =>
  buildpacks.map(({ id }) => `[[group]]\nid = "${id}"\nversion = "1"\napi = "${buildpackApi}"\n`).join("");

/** A buildpack that writes down its environment and copies its layers. */
function scripted({ id, files }: BuildpackLayers): Files {
  return {
    [`${id}/1/buildpack.toml`]: `api = "${buildpackApi}"\n[buildpack]\nid = "${id}"\nversion = "1"\n`,
    // absolute paths: the composed PATH may lead nowhere
    [`${id}/1/bin/build`]: `#!/bin/sh\n/usr/bin/env -0 > "$CNB_PLATFORM_DIR/../seen/${id}"\n/bin/cp -R "$CNB_BUILDPACK_DIR/layers/." "$CNB_LAYERS_DIR"\n`,
    ...below(`${id}/1/layers`, { "./": "", ...files }),
  };
}

/** Paths without the directory that only this run has, and without the variables of the call itself. */
function withNamedLayers(env: Variables, layers: string): Variables {
  const named = Object.entries(env).map(([name, value]) => [name, value.replaceAll(layers, "<layers>")] as const);
  return Object.fromEntries(named.filter(([name]) => !/^(CNB_.*|PWD|SHLVL|OLDPWD|_)$/.test(name)));
}
