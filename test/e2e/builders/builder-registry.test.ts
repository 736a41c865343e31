// @needs docker-registry
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import {
  createLayer,
  type Image,
  labelsOf,
  openBlobStore,
  parseImageReference,
  type TarEntry,
} from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decompress } from "../../../builder-packager/src/tar/compression.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { writeTinyLifecycle } from "../../support/tiny/lifecycle.ts";

/** Builders for several platforms, made of images in a real registry. */
let dir: string;
let registry: Registry & { log(): string };
const architectures = ["amd64", "arm64"] as const;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "builder-registry-"));
  registry = (await startRegistry()) as typeof registry;
  for (const name of ["build", "run"])
    await pushIndex(`base/${name}:1`, (arch) => tinyImage(dir, { architecture: arch }));
  await pushIndex("lifecycle:1", lifecycleImage);
  await pushIndex("bp/one:1", (arch) => packageImage(arch, "1.0.0"));
  await writeFile(join(dir, "builder.toml"), builderToml());
}, 120_000);
afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

const at = (name: string) => parseImageReference(`${registry.host}/${name}`);

async function pushIndex(name: string, imageFor: (arch: "amd64" | "arm64") => Promise<Image>): Promise<void> {
  await oci.write({ images: await Promise.all(architectures.map(imageFor)) }, at(name));
}

const store = () => openBlobStore(join(dir, "pushed"));

async function withEntries(architecture: string, entries: readonly TarEntry[]): Promise<Image> {
  const layer = await createLayer(entries, await store());
  return oci.mutate.appendLayers(await tinyImage(dir, { architecture }), [{ layer }]);
}

/** In the layout of the lifecycle project's images. */
async function lifecycleImage(arch: "amd64" | "arm64"): Promise<Image> {
  const archive = await readFile(await writeTinyLifecycle(join(dir, `${arch}.tgz`), { arch }));
  const chunks = (async function* () {
    yield archive;
  })();
  const entries = (await readTar(decompress(chunks))).map((entry) => ({ ...entry, path: `/cnb/${entry.path}` }));
  return withEntries(arch, [{ type: "directory", path: "/cnb", mode: 0o755, uid: 0, gid: 0 }, ...entries]);
}

async function packageImage(arch: string, version: string): Promise<Image> {
  const path = `/cnb/buildpacks/test_one/${version}/for`;
  const image = await withEntries(arch, [
    { type: "file", path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(`${arch} ${version}`) },
  ]);
  const described = { api: "0.10", targets: [{ os: "linux", arch }], layerDiffID: image.layers[1]?.diffId };
  return oci.mutate.labels(image, {
    "io.buildpacks.buildpackage.metadata": JSON.stringify({ id: "test/one", version }),
    "io.buildpacks.buildpack.layers": JSON.stringify({ "test/one": { [version]: described } }),
  });
}

const builderToml = () => `
[build]
image = "${registry.host}/base/build:1"
[[run.images]]
image = "${registry.host}/base/run:1"
[lifecycle]
uri = "docker://${registry.host}/lifecycle:1"
[[buildpacks]]
uri = "docker://${registry.host}/bp/one:1"
[[order]]
group = [{ id = "test/one" }]
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
[[targets.distros]]
name = "debian"
version = "12"
`;

const create = (name: string, ...flags: readonly string[]) =>
  cnbSucceeds(["builder", "create", `${registry.host}/${name}`, "--config", join(dir, "builder.toml"), ...flags], {
    env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") },
  });

/** The requests to the registry while a function ran, with shortened digests. */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = registry.log().length;
  await work();
  const lines = registry
    .log()
    .slice(before)
    .matchAll(/"([A-Z]+ \/v2\/[^" ]*) HTTP[^"]*" (\d+)/g);
  return [...lines].map(([, request = "", status]) => `${request} ${status}`);
}

const layerDigests = async (name: string, architecture: string): Promise<string[]> => {
  const image = oci.imageFor(await oci.read(at(name), { platform: { os: "linux", architecture } }));
  return image.layers.map(({ digest }) => digest);
};

describe("a builder for two platforms", () => {
  test("has base, lifecycle and buildpack of each platform, under both of its tags", async () => {
    const names = ["out/index:1", "out/index:2"];
    const { stdout } = await create(
      "out/index:1",
      "--tag",
      `${registry.host}/out/index:2`,
      "--append-image-name-suffix",
      "--publish",
      "--label",
      "a=b",
    );
    const written = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split("@")),
    );
    const expected = [...architectures.map((arch) => `out/index:1-linux-${arch}`), ...names];
    expect(Object.keys(written)).toEqual(expected.map((name) => `${registry.host}/${name}`));
    for (const name of names) {
      const { images } = await oci.read(at(name));
      expect(images.map(({ config }) => `${config.os}/${config.architecture}`)).toEqual(["linux/amd64", "linux/arm64"]);
      for (const [index, arch] of architectures.entries()) {
        const image = images[index] as Image;
        const buildpack = await layerDigests("bp/one:1", arch);
        expect(image.layers.map(({ digest }) => digest)).toContain(buildpack[1]);
        expect(await launcherMachine(image)).toBe({ amd64: 62, arm64: 183 }[arch]);
        expect(labelsOf(image)).toMatchObject({ a: "b", "io.buildpacks.stack.id": "libcnb.debian.12" });
      }
    }
    expect(written[`${registry.host}/out/index:2`]).toBe(written[`${registry.host}/out/index:1`]);
  });

  test("has the same digest in a layout and in a registry", async () => {
    const [inRegistry, inLayout] = await Promise.all([
      create("out/same:1"),
      cnbSucceeds(["builder", "create", `oci:${dir}/layout`, "--config", join(dir, "builder.toml")]),
    ]);
    expect(inLayout.stdout.split("@")[1]).toBe(inRegistry.stdout.split("@")[1]);
    expect((await oci.read(parseImageReference(`oci:${dir}/layout`))).images).toHaveLength(2);
  });
});

/** `e_machine` of the launcher in the builder. */
async function launcherMachine(image: Image): Promise<number | undefined> {
  for (const layer of image.layers) {
    const entries = await readTar(layer.uncompressed());
    const launcher = entries.find(({ path }) => path === "/cnb/lifecycle/launcher");
    if (launcher?.type === "file") return Buffer.from(launcher.content as Uint8Array).readUInt16LE(18);
  }
  return undefined;
}

describe("a builder in a registry", () => {
  test("mounts base and buildpack layers from other repositories without uploading them", async () => {
    await create("out/before:1"); // makes the layers of the lifecycle
    const foreign = new Set<string>();
    for (const name of ["base/build:1", "bp/one:1"])
      for (const arch of architectures) for (const digest of await layerDigests(name, arch)) foreign.add(digest);
    const requests = await requestsOf(() => create("out/mounted:1"));
    const touching = requests.filter((request) => [...foreign].some((digest) => request.includes(digest)));
    expect(touching.filter((request) => /^(GET|PUT|PATCH)/.test(request))).toEqual([]);
    const mounted = await layerDigests("out/mounted:1", "arm64");
    expect(mounted.filter((digest) => foreign.has(digest))).toHaveLength(2);
  });

  test("is checked with one request, and is not pushed again if nothing changed", async () => {
    await create("out/unchanged:1");
    let reported = "";
    const requests = await requestsOf(async () => (reported = (await create("out/unchanged:1")).stderr));
    expect(reported).toContain(`${registry.host}/out/unchanged:1 already contains this builder\n`);
    expect(requests.filter((request) => !/^(GET|HEAD)/.test(request))).toEqual([]);
    expect(requests.filter((request) => request.includes("/out/unchanged/"))).toEqual([
      "HEAD /v2/out/unchanged/manifests/1 200",
    ]);
    const sizes = requests.filter((request) => /^GET .*\/blobs\//.test(request));
    const configs = new Set(sizes.map((request) => request.split("/blobs/")[1]?.split(" ")[0]));
    for (const name of ["base/build:1", "base/run:1", "bp/one:1", "lifecycle:1"])
      for (const arch of architectures)
        for (const digest of await layerDigests(name, arch)) expect(configs).not.toContain(digest);
  });

  test("is pushed again if its tag was overwritten", async () => {
    const { stdout } = await create("out/replaced:1");
    await oci.write(await tinyImage(dir), at("out/replaced:1"));
    expect((await create("out/replaced:1")).stdout).toBe(stdout);
    expect((await oci.read(at("out/replaced:1"))).images).toHaveLength(2);
  });
});

test("a missing run image causes one warning for all platforms of a multi-platform builder", async () => {
  await writeFile(join(dir, "no-run.toml"), builderToml().replace("base/run:1", "base/gone:1"));
  const { stderr } = await create("out/no-run:1", "--config", join(dir, "no-run.toml"));
  const warnings = stderr.split("\n").filter((line) => line.startsWith("WARNING"));
  expect(warnings.map((line) => line.replaceAll(registry.host, "HOST").replace(/checked: .*/, "checked: …"))).toEqual([
    "WARNING: The run image HOST/base/gone:1 could not be checked: …",
  ]);
});

test("a buildpackage is pushed under each of its names", async () => {
  const shell = join(dir, "shell");
  await mkdir(join(shell, "bin"), { recursive: true });
  await writeFile(join(shell, "buildpack.toml"), 'api = "0.10"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n');
  for (const phase of ["detect", "build"]) await writeFile(join(shell, "bin", phase), "#!/bin/sh\n", { mode: 0o755 });
  const names = ["1", "1.0", "latest"].map((tag) => `${registry.host}/out/shell:${tag}`);
  const { stdout } = await cnbSucceeds(
    ["buildpack", "package", shell, "--output", names[0] ?? "", "--tag", names[1] ?? "", "--tag", names[2] ?? ""],
    { env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") } },
  );
  const digest = stdout.trim().split("@").at(-1);
  expect(stdout).toBe(names.map((name) => `${name}@${digest}\n`).join(""));
});

describe("the lock file of a builder", () => {
  const locked = () => readFile(join(dir, "builder.lock"), "utf8");

  test("pins image digests until it is updated", async () => {
    const first = await create("out/locked:1", "--lock");
    const lines = (await locked()).split("\n").filter((line) => line.startsWith("[") || line.startsWith('"'));
    expect(lines.map((line) => line.replace(/"sha256:.*/, "…").replaceAll(registry.host, "HOST"))).toEqual(
      architectures.flatMap((arch) => [
        `[targets."linux/${arch}".build-image]`,
        '"HOST/base/build:1" = …',
        `[targets."linux/${arch}".buildpacks]`,
        '"docker://HOST/bp/one:1" = …',
        `[targets."linux/${arch}".lifecycle]`,
        '"docker://HOST/lifecycle:1" = …',
        `[targets."linux/${arch}".run-images]`,
        '"HOST/base/run:1" = …',
      ]),
    );
    const text = await locked();
    await pushIndex("bp/one:1", (arch) => packageImage(arch, "2.0.0"));
    expect((await create("out/locked:1", "--lock")).stdout).toBe(first.stdout);
    expect(await locked()).toBe(text);
    expect((await create("out/locked:1", "--update-lock")).stdout).not.toBe(first.stdout);
    expect(await locked()).not.toBe(text);
  });

  test("that does not match builder.toml is refused before any image is read", async () => {
    await writeFile(join(dir, "other.toml"), builderToml().replaceAll("bp/one:1", "bp/two:1"));
    await writeFile(join(dir, "other.lock"), await locked());
    const { stderr, exitCode } = await cnb(
      ["-q", "builder", "create", `${registry.host}/out/stale:1`, "--config", join(dir, "other.toml"), "--lock"],
      { env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") } },
    );
    expect(stderr.replaceAll(registry.host, "HOST")).toBe(
      `${[
        "ERROR: other.lock no longer matches what this command would use:",
        "  linux/amd64 buildpacks docker://HOST/bp/two:1: is not locked",
        "  linux/amd64 buildpacks docker://HOST/bp/one:1: is no longer used",
        "HINT: Undo the changes listed above, or renew the lock file: run the same `cnb builder create` with --update-lock.",
        "CODE: LOCK_STALE",
      ].join("\n")}\n`,
    );
    expect(exitCode).toBe(3);
  });
});

test.for<[string, readonly string[], string]>([
  ["--publish for a layout", ["oci:x", "--publish"], "--publish writes to a registry, but oci:x is not an image name"],
  [
    "--pull-policy never",
    ["x", "--pull-policy", "never"],
    "--pull-policy never is not supported: cnb reads images from the registry or path in builder.toml, not from a Docker daemon",
  ],
  ["an unknown --pull-policy", ["x", "--pull-policy", "often"], "--pull-policy often is unknown"],
  [
    "--buildpack-registry",
    ["x", "-R", "official"],
    "--buildpack-registry is not supported: cnb does not query an index on a Git server",
  ],
  ["--flatten without a version", ["x", "--flatten", "a,b@1"], '--flatten "a,b@1": "a" is not ID@VERSION'],
  [
    "a target of another operating system",
    ["x", "-t", "windows/amd64"],
    '--target "windows/amd64" is not valid: it does not have the form linux/ARCH[/VARIANT][:DISTRIBUTION@VERSION;…]',
  ],
  [
    "a target with a distribution but no version",
    ["x", "-t", "linux/amd64:@12"],
    '--target "linux/amd64:@12" is not valid: "@12" is not DISTRIBUTION@VERSION',
  ],
  ["a duplicate target", ["x", "-t", "linux/amd64,linux/amd64"], "--target linux/amd64 is given twice"],
])("cnb builder create refuses %s", async ([, args, message]) => {
  await mkdir(join(dir, "refused"), { recursive: true });
  const { stderr, exitCode } = await cnb(["builder", "create", ...args, "--config", join(dir, "builder.toml")], {
    cwd: join(dir, "refused"),
  });
  expect(stderr.split("\n").find((line) => line.startsWith("ERROR"))).toBe(`ERROR: ${message}`);
  expect(exitCode).toBe(3);
});
