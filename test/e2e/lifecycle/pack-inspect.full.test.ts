// @needs docker, dockerd, root
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { parseToml } from "libcnb/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { idleLifecycle } from "../../support/lifecycle/idle-lifecycle.ts";
import { moduleFolders, shellBuildpack } from "../../support/pack/pack-modules.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { type Engine, startDocker } from "../../support/service.ts";

/** The same images shown by the real pack and by cnb: equal keys and values in every format. */
let world: PackWorld;
let docker: Engine;
const file = (name: string) => join(world.dir, name);
const target = ["--target", "linux/amd64"];

beforeAll(async () => {
  [world, docker] = await Promise.all([packWorld(), startDocker()]);
  for (const [name, files] of Object.entries(moduleFolders)) await world.write(name, files);
  await world.write("single", shellBuildpack("test/single", "1.0.0", `name = "Single"\n[[targets]]\nos = "linux"\n`));
  await world.write("package-of-extension", { "package.toml": `[extension]\nuri = "../extension"\n` });
  await idleLifecycle(file("lifecycle.tgz"));
  await makePackages();
  for (const [name, toml] of Object.entries(builderTomls())) await makeBuilder(name, toml);
  for (const [name, image] of await appImages()) await oci.write(image, parseImageReference(name));
  await writeFile(join(world.pack.home, "config.toml"), packConfig());
}, 900_000);
afterAll(async () => {
  await docker?.stop();
  await world?.remove();
});

const at = (name: string) => `${world.host}/${name}`;

async function makePackages(): Promise<void> {
  await packaged("buildpack", at("all:pack"), "all");
  await packaged("buildpack", at("single:pack"), "single");
  await packaged("buildpack", file("single.cnb"), "single", "--format", "file");
  await packaged("extension", at("extension:pack"), "package-of-extension");
}

async function packaged(kind: string, name: string, folder: string, ...flags: readonly string[]): Promise<void> {
  const publish = flags.length > 0 ? flags : ["--publish"];
  const config = folder === "single" ? ["--path", file(folder)] : ["--config", file(`${folder}/package.toml`)];
  await world.pack.succeeds([kind, "package", name, ...config, ...publish, ...target]);
}

const builderTomls = (): Readonly<Record<string, string>> => ({
  // everything that a builder can have; "two" is in both groups of the composite buildpack
  full: `description = "Says: 'all' & more"
[[buildpacks]]
uri = "${at("all:pack")}"
[[buildpacks]]
uri = "one"
[[buildpacks]]
uri = "two-newer"
[[extensions]]
uri = "extension"
[[order]]
group = [{ id = "test/all", version = "9.0.0" }, { id = "test/two", version = "2.10.0", optional = true }]
[[order]]
group = [{ id = "test/one" }]
[[order-extensions]]
group = [{ id = "test/extension", version = "1.0.0" }]
[[run.images]]
image = "${at("base/run:1")}"
mirrors = ["${at("base/build:1")}"]
${common()}`,
  // nothing that it need not have
  plain: `[[buildpacks]]
uri = "${at("single:pack")}"
[[order]]
group = [{ id = "test/single", version = "1.0.0" }]
[[run.images]]
image = "${at("base/run:1")}"
${common()}`,
});

const common = () => `[lifecycle]\nuri = "lifecycle.tgz"\n[build]\nimage = "${at("base/build:1")}"\n`;

async function makeBuilder(name: string, toml: string): Promise<void> {
  await writeFile(file(`${name}.toml`), toml);
  const config = ["--config", file(`${name}.toml`)];
  await world.pack.succeeds(["builder", "create", at(`${name}:pack`), ...config, "--publish", ...target]);
  await succeeds(["builder", "create", at(`${name}:cnb`), ...config]);
}

const packConfig = () => `default-builder-image = "${at("plain:cnb")}"
[[run-images]]
image = "${at("base/run:1")}"
mirrors = ["mine.example.com/run:9"]
[[trusted-builders]]
name = "${at("full:pack")}"
`;

const processes = [
  { type: "web", command: ["node", "server.js"], args: ["a", "b c"], direct: true, buildpackID: "test/one" },
  { type: "sh", command: "echo hi", args: null, direct: false, "working-dir": "/tmp" },
  { type: "bare", command: ["ls"], direct: true },
];
const build = {
  buildpacks: [
    { id: "test/one", version: "1.0.0", homepage: "https://x" },
    { id: "test/two", version: "2.0.1" },
  ],
  launcher: { version: "0.21.0" },
  processes,
};

async function appImages(): Promise<readonly (readonly [string, Image])[]> {
  const run = await world.image("base/run:1");
  const topLayer = run.layers.at(-1)?.diffId;
  const app = (lifecycle: object, more: object, entrypoint: string, labels: Readonly<Record<string, string>> = {}) => {
    const metadata = { "io.buildpacks.lifecycle.metadata": JSON.stringify(lifecycle) };
    const labelled = oci.mutate.labels(run, {
      ...metadata,
      "io.buildpacks.build.metadata": JSON.stringify({ ...build, ...more }),
      ...labels,
    });
    return oci.mutate.config(labelled, {
      Entrypoint: [entrypoint],
      WorkingDir: "/workspace",
      Env: ["CNB_PLATFORM_API=0.12"],
    });
  };
  const newer = {
    runImage: { topLayer, reference: "x@sha256:1", image: at("base/run:1"), mirrors: ["m.example.com/run"] },
  };
  const older = { runImage: { topLayer, reference: "x@sha256:1" }, stack: { runImage: { image: at("base/run:1") } } };
  const extended = { extensions: [{ id: "test/extension", version: "1.0.0" }] };
  const labels = { "io.buildpacks.rebasable": "false", "io.buildpacks.stack.id": "my.stack" };
  return [
    [at("app:newer"), app(newer, {}, "/cnb/process/bare")],
    [at("app:older"), app(older, extended, "/cnb/lifecycle/launcher", labels)],
  ];
}

const env = () => ({ ...process.env, LIBCNB_CACHE_DIR: file("cache"), PACK_HOME: world.pack.home });

async function succeeds(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await cnbInProcess(args, { cwd: world.dir, env: { ...env(), ...more } });
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout;
}

const packShows = async (args: readonly string[]) =>
  (await world.pack.succeeds(args, { DOCKER_HOST: docker.host })).stdout;

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  json: JSON.parse,
  yaml: (text) => parseYaml(text),
  toml: (text) => parseToml(text, "output"),
};

/** The keys that cnb adds to those of pack. */
const ours = ["digest", "index", "platform", "platforms", "size", "layers", "sbom"];

function withoutOurs(document: unknown): unknown {
  const { local_info, remote_info, ...shared } = document as Record<string, Record<string, unknown> | null>;
  const kept = (info: Record<string, unknown> | null | undefined) =>
    info && Object.fromEntries(Object.entries(info).filter(([key]) => !ours.includes(key)));
  return {
    ...shared,
    ...(remote_info !== undefined && { remote_info: kept(remote_info) }),
    ...(local_info !== undefined && { local_info: kept(local_info) }),
  };
}

/** The arguments in a test's name, with the full name of the image or package. */
const argumentsOf = (command: string): readonly string[] =>
  command.split(" ").map((word) => {
    if (word.endsWith(".cnb")) return file(word);
    return word.includes(":") ? at(word) : word;
  });

describe.for(Object.keys(readers))("the inspection output as %s", (format) => {
  test.for([
    "builder inspect full:pack",
    "builder inspect full:cnb",
    "builder inspect full:pack --depth 0",
    "builder inspect full:pack --depth 1",
    "builder inspect plain:pack",
    "builder inspect plain:cnb",
    "inspect app:newer",
    "inspect app:older",
  ])("is the same from pack and cnb for %s", async (command) => {
    const args = [...argumentsOf(command), "--output", format];
    const [pack, cnb] = await Promise.all([packShows(args), succeeds(args)]);
    const read = readers[format];
    expect(withoutOurs(read?.(cnb))).toEqual(read?.(pack));
  });

  test("from cnb reports an image without a recorded base as not rebasable, and that from pack as rebasable", async () => {
    const args = ["inspect", at("base/run:1"), "--output", format];
    const [pack, cnb] = await Promise.all([packShows(args), succeeds(args)]);
    const read = readers[format] ?? JSON.parse;
    const { remote_info, ...shared } = read(pack) as { readonly remote_info: object };
    expect(remote_info).toMatchObject({ rebasable: true });
    expect(withoutOurs(read(cnb))).toEqual({ ...shared, remote_info: { ...remote_info, rebasable: false } });
  });
});

/** But blanks, what pack says of a daemon that was not asked, and the order of extensions, of which pack shows no groups. */
const linesOf = (text: string) =>
  text
    .split(/\nLOCAL:\n\(not present\)|\nDetection Order \(Extensions\):/)[0]
    ?.split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");

describe("the inspection output as text", () => {
  /** Beside each: how the lines of cnb begin that pack has not got. */
  test.for<readonly [string, RegExp]>([
    ["builder inspect plain:pack", /^(Digest|Platform):/],
    ["builder inspect plain:cnb", /^(Digest|Platform):/],
    ["builder inspect full:pack --depth 0", /^(Digest|Platform):/],
    ["buildpack inspect all:pack", /^(Digest|Platform|Targets|Description):|^ {2}(linux|\(any\))/],
    ["buildpack inspect all:pack --depth 1 --verbose", /^(Digest|Platform|Targets|Description):|^ {2}(linux|\(any\))/],
    ["buildpack inspect all:pack --depth 2", /^(Digest|Platform|Targets|Description):|^ {2}(linux|\(any\))/],
    ["buildpack inspect single.cnb", /^(Digest|Platform|Targets):|^ {2}linux/],
    ["extension inspect extension:pack", /^(Digest|Platform|Targets|Description):|^ {2}(linux|\(any\))/],
  ])("is the same from pack and cnb for %s", async ([command, added]) => {
    const args = argumentsOf(command);
    const [pack, cnb] = await Promise.all([packShows(args), succeeds(args)]);
    const kept = linesOf(cnb)?.filter((line) => !added.test(line));
    expect(kept).toEqual(linesOf(pack));
  });
});

test("pack and cnb report a builder in a daemon as local", async () => {
  expect((await docker.docker("pull", at("plain:pack"))).exitCode).toBe(0);
  const shown = JSON.parse(await packShows(["builder", "inspect", at("plain:pack"), "--output", "json"]));
  const args = ["builder", "inspect", `docker-daemon:${at("plain:pack")}`, "--output", "json"];
  const { local_info, remote_info } = withoutOurs(
    JSON.parse(await succeeds(args, { DOCKER_HOST: docker.host })),
  ) as Record<string, unknown>;
  expect({ local_info, remote_info }).toEqual({ local_info: shown.local_info, remote_info: null });
  expect(local_info).not.toBeNull();
});

test("cnb builder inspect uses pack's default builder", async () => {
  expect(linesOf(await succeeds(["builder", "inspect"]))?.[0]).toBe(`Inspecting default builder: '${at("plain:cnb")}'`);
});
