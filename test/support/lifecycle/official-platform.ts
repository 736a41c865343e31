import { existsSync } from "node:fs";
import { chown, cp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { emptyImage, envOf, type Image, labelsOf } from "@libcnb/packager/oci";
import type { Buildpack } from "libcnb";
import { sbomMediaTypes } from "libcnb/spec";
import { type BuildOutcome, build, type FileEntry, type FileMap } from "libcnb/testing";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { readFileMap, writeFileMap } from "../../../framework/src/host/files/tree.ts";
import { tinyImage } from "../tiny/images.ts";
import type { Ended, Files, LifecycleBinaries } from "./lifecycle-binaries.ts";
import { withoutClouds } from "./released-lifecycle.ts";

/** The inputs of a build. */
export interface Inputs {
  /** By id, in build order: a buildpack of the framework, or the files of any other, `bin/build` among them. */
  readonly buildpacks: Readonly<Record<string, Buildpack | Files>>;
  /** Default: 0.12. */
  readonly api?: string;
  /** Default: 1.0.0. */
  readonly version?: string;
  readonly app?: Files;
  /** Further files of the directories of the framework's buildpacks. */
  readonly files?: FileMap;
  /** Variables that the user sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the operator's `env`. */
  readonly operatorEnv?: Files;
  /** The environment of the build container. */
  readonly container?: Readonly<Record<string, string>>;
  /** The state of earlier builds that is left. Default: both parts. */
  readonly left?: readonly ("image" | "cache")[];
  /** The name of the cache, if there are several. */
  readonly cache?: string;
  /** True if the restorer is called with the option to restore no layers. */
  readonly skipLayers?: boolean;
  readonly execEnv?: string;
}

/** A build: what each program of the lifecycle made of it. Texts name the directory of all layers `<layers>`. */
export interface OfficialBuild extends Ended {
  /** The files that the restorer put below `<layers>` before the build. */
  readonly restored: FileMap;
  /** The output of the framework's buildpacks, by id. */
  readonly outcomes: Readonly<Record<string, BuildOutcome>>;
  /** The files that the builder left below `<layers>`. */
  readonly layers: FileMap;
  /** Lets the exporter make the image, and the cache for the next build. */
  export(): Promise<OfficialImage>;
}

/** An image of the official exporter, if it made one. */
export interface OfficialImage extends Ended {
  readonly image: Image;
  /** A label's JSON. */
  label(name: string): unknown;
  /** The record of the buildpacks in the image, by id. */
  readonly buildpacks: Readonly<Record<string, RecordedBuildpack>>;
  /** The paths of the files in each layer that the exporter added, by what its history says. */
  contents(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Runs the launcher on the files of the image, called by the name of a process type or as itself. */
  launch(type: string | undefined, args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
}

/** The entry of one buildpack in the label `io.buildpacks.lifecycle.metadata`. */
export interface RecordedBuildpack {
  readonly version: string;
  readonly layers: Readonly<Record<string, unknown>>;
  readonly store?: { readonly metadata: unknown };
}

/** Builds one application again and again, with the official analyzer, restorer, builder, exporter and launcher. */
export interface OfficialPlatform {
  /** The directories of a buildpack: `layers` is that of all layers. */
  readonly dir: string;
  build(given: Inputs): Promise<OfficialBuild>;
}

const runImage = "example.com/run:1";
const appImage = "example.com/app:1";
const user = { uid: process.getuid?.() || 1000, gid: process.getgid?.() || 1000 };
// the lifecycle takes this path for a part of a reference, which has no capital letters
const layout = ["-layout", "-layout-dir", "images"];

/** A platform that has built nothing yet. Buildpacks of the framework run in the test kit; the builder gets the files that they wrote. */
export async function officialPlatform(binaries: LifecycleBinaries): Promise<OfficialPlatform> {
  platforms += 1;
  const lifecycle = within(binaries, `platform-${platforms}`);
  const images = await lifecycle.folder("images/example.com/run", {});
  const blobs = await lifecycle.folder("blobs", {});
  await oci.write(await tinyImage(blobs, { env: ["PATH=/usr/bin:/bin"] }), { kind: "oci", dir: join(images, "1") });
  await chown(join(lifecycle.dir, "images"), user.uid, user.gid);
  await chown(join(lifecycle.dir, "images/example.com"), user.uid, user.gid);
  const run = runner(lifecycle);
  return { dir: lifecycle.dir, build: async (given) => buildWith(lifecycle, run, given) };
}

let platforms = 0;

/** The same binaries with their directories in one: several platforms can build at the same time. */
function within(lifecycle: LifecycleBinaries, name: string): LifecycleBinaries {
  const dir = join(lifecycle.dir, name);
  return {
    ...lifecycle,
    dir,
    folder: (folder, files) => lifecycle.folder(join(name, folder), files),
    run: (program, args, options) => lifecycle.run(program, args, { cwd: dir, ...options }),
  };
}

type Run = (name: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;

function runner(lifecycle: LifecycleBinaries): Run {
  const ids = { CNB_USER_ID: String(user.uid), CNB_GROUP_ID: String(user.gid) };
  const platform = {
    CNB_PLATFORM_API: "0.15",
    CNB_EXPERIMENTAL_MODE: "quiet",
    CNB_NO_COLOR: "true",
    ...withoutClouds,
    ...ids,
  };
  const layers = ["-layers", join(lifecycle.dir, "layers")];
  return (name, args, env = { PATH: "/usr/bin:/bin", HOME: lifecycle.dir }) =>
    lifecycle.run(name, [...layers, ...args], { env: { ...env, ...platform } });
}

async function buildWith(lifecycle: LifecycleBinaries, run: Run, given: Inputs): Promise<OfficialBuild> {
  const { left = ["image", "cache"] } = given;
  const cache = join(lifecycle.dir, "caches", given.cache ?? "default");
  if (!left.includes("cache") || !existsSync(cache)) await lifecycle.folder(`caches/${basename(cache)}`, {});
  if (!left.includes("image"))
    await rm(join(lifecycle.dir, "images/example.com/app"), { recursive: true, force: true });
  const layers = await lifecycle.folder("layers", {
    "group.toml": groupToml(given),
    "plan.toml": "",
    ...locations(given),
  });
  const skip = given.skipLayers ? ["-skip-layers"] : [];
  succeeded("analyzer", await run("analyzer", ["-run-image", runImage, ...skip, ...layout, appImage]));
  succeeded("restorer", await run("restorer", ["-cache-dir", cache, ...skip, ...layout]));
  const read = async () => ofBuildpacks(await readFileMap(layers, { modes: true, rename: naming(layers) }), given);
  const restored = await read();
  const outcomes = await built(given, restored);
  const ended = await runBuilder(lifecycle, run, { given, outcomes });
  return {
    ...ended,
    output: naming(layers)(ended.output),
    restored,
    outcomes,
    layers: await read(),
    export: () => exported(lifecycle, run, cache),
  };
}

const naming = (layers: string) => (text: string) => text.replaceAll(layers, "<layers>");

const groupToml = ({ buildpacks, api = "0.12", version = "1.0.0" }: Inputs) =>
  Object.keys(buildpacks)
    .map((id) => `[[group]]\nid = "${id}"\nversion = "${version}"\napi = "${api}"\n`)
    .join("");

const locations = ({ buildpacks }: Inputs): Files =>
  Object.fromEntries(Object.keys(buildpacks).map((id) => [`${id}/`, ""]));

/** The part that comes from the buildpacks, and not from the lifecycle itself. */
const ofBuildpacks = (files: FileMap, { buildpacks }: Inputs): FileMap =>
  Object.fromEntries(
    Object.entries(files).filter(([path]) =>
      Object.keys(buildpacks).some((id) => path.startsWith(`${id}/`) && path !== `${id}/`),
    ),
  );

function succeeded(name: string, { exitCode, output }: Ended): void {
  if (exitCode !== 0) throw new Error(`the ${name} exited ${exitCode}: ${output}`);
}

const isBuildpack = (member: Buildpack | Files): member is Buildpack => typeof member.build === "function";

async function built(given: Inputs, restored: FileMap): Promise<Readonly<Record<string, BuildOutcome>>> {
  const { api = "0.12", version = "1.0.0", app = {}, env = {}, execEnv = "production", files = {} } = given;
  const outcomes: Record<string, BuildOutcome> = {};
  for (const [id, member] of Object.entries(given.buildpacks)) {
    if (!isBuildpack(member)) continue;
    const inside = Object.entries(restored).filter(([path]) => path.startsWith(`${id}/`));
    const layers = Object.fromEntries(inside.map(([path, entry]) => [path.slice(id.length + 1), entry]));
    const own = withTexts(layers, (text) => text.replaceAll(`<layers>/${id}`, "<layers>"));
    outcomes[id] = await build(member, { app, env, execEnv, layers: own, buildpack: { api, id, version, files } });
  }
  return outcomes;
}

interface Work {
  readonly given: Inputs;
  readonly outcomes: OfficialBuild["outcomes"];
}

async function runBuilder(lifecycle: LifecycleBinaries, run: Run, { given, outcomes }: Work): Promise<Ended> {
  const { app = {}, env = {}, operatorEnv = {}, container } = given;
  await lifecycle.folder("app", app);
  await lifecycle.folder("platform", { "env/": "", ...inFolder("env", env) });
  await lifecycle.folder("build-config", { "env/": "", ...inFolder("env", operatorEnv) });
  await lifecycle.folder("buildpacks", buildpackFiles(given));
  for (const [id, { layers }] of Object.entries(outcomes)) {
    const written = withTexts(layers, (text) => text.replaceAll("<layers>", join(lifecycle.dir, "layers", id)));
    await writeFileMap(join(lifecycle.dir, "buildpacks", id, given.version ?? "1.0.0", "outcome"), written);
  }
  const folders = ["app", "buildpacks", "platform"].flatMap((name) => [`-${name}`, join(lifecycle.dir, name)]);
  const environment = { PATH: "/usr/bin:/bin", HOME: lifecycle.dir, ...container };
  return run("builder", folders, { ...environment, CNB_BUILD_CONFIG_DIR: join(lifecycle.dir, "build-config") });
}

/** Moves files below a directory. */
const inFolder = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, contents]) => [`${folder}/${path}`, contents]));

function buildpackFiles({ buildpacks, api = "0.12", version = "1.0.0" }: Inputs): Files {
  const all = Object.entries(buildpacks).map(([id, member]) => {
    const sboms = Object.values(sbomMediaTypes).map((type) => `"${type}"`);
    const descriptor = `api = "${api}"\n[buildpack]\nid = "${id}"\nversion = "${version}"\nsbom-formats = [${sboms.join()}]\n`;
    const files = isBuildpack(member) ? { "bin/build": copying } : member;
    return inFolder(`${id}/${version}`, { "buildpack.toml": descriptor, ...files });
  });
  return Object.assign({}, ...all);
}

/** Leaves in the layers directory what the framework left in the test kit's. */
const copying = `#!/bin/sh
set -e
find "$CNB_LAYERS_DIR" -mindepth 1 -delete
cp -R "$CNB_BUILDPACK_DIR/outcome/." "$CNB_LAYERS_DIR"
`;

function withTexts(files: FileMap, change: (text: string) => string): FileMap {
  const changed = (entry: FileEntry): FileEntry => {
    if (typeof entry === "string") return change(entry);
    if (entry instanceof Uint8Array || typeof entry.contents !== "string") return entry;
    return { ...entry, contents: change(entry.contents) };
  };
  return Object.fromEntries(Object.entries(files).map(([path, entry]) => [path, changed(entry)]));
}

async function exported(lifecycle: LifecycleBinaries, run: Run, cache: string): Promise<OfficialImage> {
  // nobody starts the launcher of the image: a small file is packed sooner
  const small = await lifecycle.folder("launcher", { launcher: "#!/bin/sh\n" });
  const launcher = ["-launcher", join(small, "launcher"), "-launcher-sbom", small];
  const folders = ["-app", join(lifecycle.dir, "app"), "-cache-dir", cache];
  const ended = await run("exporter", [...folders, ...launcher, ...layout, appImage]);
  const output = naming(join(lifecycle.dir, "layers"))(ended.output);
  const read = () =>
    oci
      .read({ kind: "oci", dir: join(lifecycle.dir, "images/example.com/app/1") })
      .then((index) => oci.imageFor(index));
  const image = ended.exitCode === 0 ? await read() : emptyImage({ os: "linux", architecture: "amd64" });
  let unpacked: Promise<void> | undefined;
  return {
    ...ended,
    output,
    image,
    label: (name) => jsonLabel(image, name),
    buildpacks: recordedBuildpacks(image),
    contents: () => contentsOf(image, lifecycle.dir),
    async launch(type, args = [], env = {}) {
      succeeded("exporter", ended);
      unpacked ??= unpack(lifecycle, image);
      await unpacked;
      const started = await lifecycle.run("launcher", args, {
        ...(type !== undefined && { as: type }),
        cwd: join(lifecycle.dir, "app"),
        env: { ...envOf(image), ...env },
      });
      return { ...started, output: naming(join(lifecycle.dir, "layers"))(started.output) };
    },
  };
}

/** Puts the image's application and layers, and nothing else, where it says they are: as in a container. */
async function unpack(lifecycle: LifecycleBinaries, image: Image): Promise<void> {
  const root = await lifecycle.folder("container", {});
  await oci.extract(image, root, { ownership: "ignore" });
  for (const name of ["app", "layers"]) {
    await rm(join(lifecycle.dir, name), { recursive: true });
    await cp(join(root, lifecycle.dir, name), join(lifecycle.dir, name), { recursive: true, verbatimSymlinks: true });
  }
}

const jsonLabel = (image: Image, name: string): unknown => JSON.parse(labelsOf(image)[name] ?? "null");

function recordedBuildpacks(image: Image): OfficialImage["buildpacks"] {
  const label = jsonLabel(image, "io.buildpacks.lifecycle.metadata") as {
    readonly buildpacks?: readonly (RecordedBuildpack & { readonly key: string })[];
  } | null;
  return Object.fromEntries((label?.buildpacks ?? []).map(({ key, ...recorded }) => [key, recorded]));
}

async function contentsOf(image: Image, dir: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const history = (image.config.history ?? []).filter(({ empty_layer }) => !empty_layer);
  const added = image.layers.map((layer, index) => ({ layer, by: history[index]?.created_by ?? "" }));
  const files: Record<string, readonly string[]> = {};
  for (const { layer, by } of added.slice(1)) {
    const entries = await readTar(layer.uncompressed());
    const paths = entries.filter(({ type }) => type !== "directory").map(({ path }) => path.replace(dir, ""));
    files[by] = [...(files[by] ?? []), ...paths].sort();
  }
  return files;
}
