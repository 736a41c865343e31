import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TinyImage, tinyImage } from "../../../test/support/tiny/images.ts";
import { writeTinyLifecycle } from "../../../test/support/tiny/lifecycle.ts";
import { writeImage } from "../oci/image-io.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Image } from "../oci/model/image.ts";
import { appendLayers, emptyImage, labelsOf, withLabels } from "../oci/model/mutate.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { readTar } from "../tar/read.ts";
import { createBuilder } from "./create-builder.ts";
import { parseBuilderToml } from "./toml/builder-toml.ts";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "create-builder-"));
  await layout("build", {}, "example.test/build:1");
  await layout("run", {}, "example.test/run:1");
  await layout("run-arm64", { architecture: "arm64" }, "example.test/run:1");
  await layout("nameless", {});
  await layout("no-ids", { env: ["PATH=/bin", "CNB_USER_ID=cnb"] }, "example.test/no-ids:1");
  await writeTinyLifecycle(join(dir, "lifecycle.tgz"));
  await buildpack(
    "one",
    `api = "0.10"\n[buildpack]\nid = "test/one"\nversion = "1.0.0"\nname = "One"\n[[buildpack.licenses]]\ntype = "MIT"\n[[targets]]\nos = "linux"\narch = "amd64"\n`,
  );
  await buildpack("old", `api = "0.3"\n[buildpack]\nid = "test/old"\nversion = "1.0.0"\n`);
  await buildpack("aging", `api = "0.9"\n[buildpack]\nid = "test/aging"\nversion = "1.0.0"\n`);
  await buildpack(
    "windows",
    `api = "0.10"\n[buildpack]\nid = "test/windows"\nversion = "1.0.0"\n[[targets]]\nos = "windows"\narch = "amd64"\n`,
  );
  await buildpack(
    "alpine",
    `api = "0.10"\n[buildpack]\nid = "test/alpine"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "alpine"\nversion = "3.20"\n`,
  );
  const named = (id: string, rest: string) =>
    buildpack(id, `api = "0.10"\n[buildpack]\nid = "test/${id}"\nversion = "1.0.0"\n${rest}`);
  await named("misspelt", `desciption = "x"\n`);
  await named("misconfigured", `[[metadata.configurations]]\nname = "BP_X"\ndefalt = "1"\n`);
  await mkdir(join(dir, "source"));
  await writeFile(
    join(dir, "source/buildpack.toml"),
    `api = "0.10"\n[buildpack]\nid = "test/source"\nversion = "1.0.0"\n`,
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function layout(name: string, options: TinyImage, refName?: string): Promise<void> {
  await writeImage(
    await tinyImage(dir, options),
    { kind: "oci", dir: join(dir, name) },
    refName ? { name: refName } : {},
  );
}

async function buildpack(name: string, toml: string): Promise<void> {
  await mkdir(join(dir, name, "bin"), { recursive: true });
  await writeFile(join(dir, name, "buildpack.toml"), toml);
  for (const phase of ["detect", "build"]) {
    await writeFile(join(dir, name, "bin", phase), "#!/bin/sh\n");
    await chmod(join(dir, name, "bin", phase), 0o755);
  }
}

const configFor = (buildpacks: readonly string[], group: string, images = { build: "oci:build", run: "oci:run" }) => `
[build]
image = "${images.build}"
[[run.images]]
image = "${images.run}"
mirrors = ["mirror.test/run:1"]
[lifecycle]
uri = "lifecycle.tgz"
${buildpacks.map((uri) => `[[buildpacks]]\nuri = "${uri}"\n`).join("")}
[[order]]
group = [${group}]
`;

const create = async (text: string, reporter = silentReporter): Promise<Image> =>
  createBuilder(parseBuilderToml(text, "builder.toml"), {
    dir,
    reporter,
    env: { LIBCNB_CACHE_DIR: dir },
    signal: AbortSignal.timeout(60_000),
    createdBy: "1.2.3",
    store: await openBlobStore(join(dir, "blobs")),
    lifecycleCacheDir: join(dir, "lifecycle"),
  });

/** Everything in the image's layers above the base: title, then type, mode, owner and name of each entry, order.toml with its text. */
async function contents(image: Image): Promise<string> {
  const titles = (image.config.history ?? []).map(({ created_by }) => created_by ?? "");
  const described = image.layers.slice(1).map(async (layer, index) => {
    const entries = await readTar(layer.uncompressed());
    return [`# ${titles[index + 1]}`, ...entries.map(describeEntry)].join("\n");
  });
  return (await Promise.all(described)).join("\n");
}

function describeEntry(entry: Awaited<ReturnType<typeof readTar>>[number]): string {
  const start = `${entry.type} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.path}`;
  if (entry.type === "symlink") return `${start} -> ${entry.target}`;
  return entry.path.endsWith("order.toml") && entry.type === "file"
    ? `${start}\n${Buffer.from(entry.content as Uint8Array)}`
    : start;
}

const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no failure",
    ({ code, message }) => `${code}: ${message.replaceAll(dir, "<dir>")}`,
  );

describe("a builder", () => {
  test("has the same layers as pack's, in the same order", async () => {
    const env = `[[build.env]]\nname = "A"\nvalue = "1"\nsuffix = "append"\ndelim = ":"\n`;
    expect(await contents(await create(configFor(["one"], `{ id = "test/one" }`) + env))).toMatchInlineSnapshot(`
      "# Directories
      directory 755 1000:1000 /workspace
      directory 755 1000:1000 /layers
      directory 755 0:0 /cnb
      directory 755 0:0 /cnb/buildpacks
      directory 755 0:0 /cnb/extensions
      directory 755 0:0 /platform
      directory 755 0:0 /platform/env
      directory 755 0:0 /cnb/build-config
      directory 755 0:0 /cnb/build-config/env
      # Lifecycle 0.21.0
      directory 755 0:0 /cnb/lifecycle
      symlink 777 0:0 /cnb/lifecycle/analyzer -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/builder -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/creator -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/detector -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/exporter -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/extender -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/rebaser -> lifecycle
      symlink 777 0:0 /cnb/lifecycle/restorer -> lifecycle
      file 755 0:0 /cnb/lifecycle/launcher
      file 755 0:0 /cnb/lifecycle/lifecycle
      symlink 644 0:0 /lifecycle -> /cnb/lifecycle
      # Buildpack test/one@1.0.0
      directory 755 0:0 /cnb/buildpacks/test_one
      directory 755 0:0 /cnb/buildpacks/test_one/1.0.0
      directory 755 0:0 /cnb/buildpacks/test_one/1.0.0/bin
      file 755 0:0 /cnb/buildpacks/test_one/1.0.0/bin/build
      file 755 0:0 /cnb/buildpacks/test_one/1.0.0/bin/detect
      file 644 0:0 /cnb/buildpacks/test_one/1.0.0/buildpack.toml
      # Order
      file 644 0:0 /cnb/order.toml
      [[order]]

        [[order.group]]
          id = "test/one"
          version = "1.0.0"

      # Stack
      file 644 0:0 /cnb/stack.toml
      # Run images
      file 644 0:0 /cnb/run.toml
      # Build configuration
      file 644 0:0 /cnb/build-config/env/A.append
      file 644 0:0 /cnb/build-config/env/A.delim
      # Environment"
    `);
  });

  test("has the labels that platforms read", async () => {
    const image = await create(configFor(["one"], `{ id = "test/one", optional = true }`));
    const labels = Object.entries(labelsOf(image)).filter(([name]) => !name.startsWith("io.buildpacks.base."));
    const decoded = labels.map(([name, text]) => [name, /^[[{n]/.test(text) ? JSON.parse(text) : text]);
    expect(Object.fromEntries(decoded)).toMatchInlineSnapshot(`
      {
        "io.buildpacks.builder.metadata": {
          "buildpacks": [
            {
              "id": "test/one",
              "licenses": [
                {
                  "Type": "MIT",
                  "URI": "",
                },
              ],
              "name": "One",
              "version": "1.0.0",
            },
          ],
          "createdBy": {
            "name": "libcnb.ts",
            "version": "1.2.3",
          },
          "description": "",
          "extensions": null,
          "images": [
            {
              "image": "example.test/run:1",
              "mirrors": [
                "mirror.test/run:1",
              ],
            },
          ],
          "lifecycle": {
            "api": {
              "buildpack": "0.9",
              "platform": "0.12",
            },
            "apis": {
              "buildpack": {
                "deprecated": [
                  "0.9",
                ],
                "supported": [
                  "0.10",
                  "0.11",
                ],
              },
              "platform": {
                "deprecated": [],
                "supported": [
                  "0.12",
                  "0.13",
                ],
              },
            },
            "version": "0.21.0",
          },
          "stack": {
            "runImage": {
              "image": "example.test/run:1",
              "mirrors": [
                "mirror.test/run:1",
              ],
            },
          },
        },
        "io.buildpacks.buildpack.layers": {
          "test/one": {
            "1.0.0": {
              "api": "0.10",
              "layerDiffID": "sha256:5ef1557ecf560f83f27b3528b32de3b2e6e6b31dddec46ed3d004f9f419ae894",
              "name": "One",
              "targets": [
                {
                  "arch": "amd64",
                  "os": "linux",
                },
              ],
            },
          },
        },
        "io.buildpacks.buildpack.order": [
          {
            "group": [
              {
                "id": "test/one",
                "optional": true,
              },
            ],
          },
        ],
        "io.buildpacks.buildpack.order-extensions": null,
        "io.buildpacks.extension.layers": {},
        "io.buildpacks.lifecycle.apis": {
          "buildpack": {
            "deprecated": [
              "0.9",
            ],
            "supported": [
              "0.10",
              "0.11",
            ],
          },
          "platform": {
            "deprecated": [],
            "supported": [
              "0.12",
              "0.13",
            ],
          },
        },
        "io.buildpacks.lifecycle.version": "0.21.0",
        "io.buildpacks.stack.id": "libcnb.debian.12",
        "io.buildpacks.stack.mixins": null,
      }
    `);
  });

  test("contains each layer of a buildpackage once and unchanged", async () => {
    const store = await openBlobStore(join(dir, "blobs"));
    const shared = await createLayer(
      [{ type: "directory", path: "/cnb/buildpacks/shared", mode: 0o755, uid: 0, gid: 0 }],
      store,
    );
    const module = (order?: unknown) => ({
      api: "0.10",
      layerDiffID: shared.diffId,
      ...(order ? { order } : { targets: null }),
    });
    const composite = module([{ group: [{ id: "p/a", version: "1.0.0" }] }]);
    const described = { "p/a": { "1.0.0": module() }, "p/all": { "1.0.0": composite }, "p/b": { "2.0.0": module() } };
    const about = {
      id: "p/all",
      version: "1.0.0",
      description: "All",
      licenses: [{ Type: "MIT" }],
      stacks: [{ id: "*" }],
    };
    const bare = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer: shared }]);
    const image = withLabels(bare, {
      "io.buildpacks.buildpack.layers": JSON.stringify(described),
      "io.buildpacks.buildpackage.metadata": JSON.stringify(about),
    });
    await writeImage(image, { kind: "oci-archive", file: join(dir, "flat.cnb") });
    const builder = await create(configFor(["flat.cnb", "one"], `{ id = "p/all" }`));
    expect(
      builder.config.history?.map(({ created_by }) => created_by).filter((title) => title?.startsWith("Buildpack")),
    ).toEqual(["Buildpacks p/a@1.0.0, p/all@1.0.0, p/b@2.0.0", "Buildpack test/one@1.0.0"]);
    expect(builder.layers.filter(({ diffId }) => diffId === shared.diffId)).toHaveLength(1);
    const metadata = JSON.parse(labelsOf(builder)["io.buildpacks.builder.metadata"] ?? "");
    expect(metadata.buildpacks.slice(0, 3)).toEqual([
      { id: "p/all", version: "1.0.0" },
      { id: "p/a", version: "1.0.0" },
      { id: "p/b", version: "2.0.0" },
    ]);
  });

  test("with a deprecated Buildpack API is created with a warning", async () => {
    const reporter = recordingReporter();
    await create(configFor(["aging"], `{ id = "test/aging" }`), reporter);
    expect(reporter.lines.filter((line) => line.startsWith("warn"))).toEqual([
      "warn: test/aging@1.0.0 has Buildpack API 0.9, which is deprecated.",
    ]);
  });
});

describe("a builder is refused with", () => {
  const cannot = "BUILDER_INVALID: the builder cannot be assembled\n  ";
  test.for<[string, string, string]>([
    [
      "an unsupported Buildpack API",
      configFor(["old"], `{ id = "test/old" }`),
      `${cannot}test/old@1.0.0 has Buildpack API 0.3, but lifecycle 0.21.0 supports only 0.9, 0.10, 0.11`,
    ],
    [
      "a buildpack for another operating system",
      configFor(["windows"], `{ id = "test/windows" }`),
      `${cannot}test/windows@1.0.0 is for windows/amd64, but the build image is linux/amd64 with debian 12`,
    ],
    [
      "a buildpack for another distribution",
      configFor(["alpine"], `{ id = "test/alpine" }`),
      `${cannot}test/alpine@1.0.0 is for linux with alpine 3.20, but the build image is linux/amd64 with debian 12`,
    ],
    [
      "an unknown buildpack in the order",
      configFor(["one"], `{ id = "test/two" }`),
      `${cannot}order[0]: test/two is not in the builder (it has test/one)`,
    ],
    [
      "several problems, all of which are listed",
      configFor(["old", "windows"], `{ id = "test/two" }`),
      `${cannot}test/old@1.0.0 has Buildpack API 0.3, but lifecycle 0.21.0 supports only 0.9, 0.10, 0.11\n  test/windows@1.0.0 is for windows/amd64, but the build image is linux/amd64 with debian 12\n  order[0]: test/two is not in the builder (it has test/old, test/windows)`,
    ],
    [
      "a run image of another architecture",
      configFor(["one"], `{ id = "test/one" }`, { build: "oci:build", run: "oci:run-arm64" }),
      `${cannot}the build image is for linux/amd64: oci:<dir>/run-arm64 has no image for linux/amd64, only for linux/arm64`,
    ],
    [
      "a run image that has no name to record",
      configFor(["one"], `{ id = "test/one" }`, { build: "oci:build", run: "oci:nameless" }),
      "BUILDER_INVALID: cannot record the run image oci:<dir>/nameless in the builder: the image has no name",
    ],
    [
      "a build image that has no user and group IDs",
      configFor(["one"], `{ id = "test/one" }`, { build: "oci:no-ids", run: "oci:run" }),
      `BUILDER_INVALID: oci:no-ids cannot be used as a build image\n  it has CNB_USER_ID="cnb", which is not a number\n  it has no environment variable CNB_GROUP_ID`,
    ],
    [
      "a buildpack whose version differs from builder.toml",
      configFor(["one"], `{ id = "test/one" }`).replace(`uri = "one"`, `uri = "one"\nversion = "2.0.0"`),
      "BUILDER_INVALID: one contains test/one@1.0.0, not version 2.0.0",
    ],
    [
      "an uncompiled TypeScript buildpack",
      configFor(["source"], `{ id = "test/source" }`),
      "BUILDPACK_ENTRY_MISSING: <dir>/source is not a prebuilt buildpack: it has no bin/detect",
    ],
    [
      "a shell buildpack that has a misspelled key in buildpack.toml",
      configFor(["misspelt"], `{ id = "test/misspelt" }`),
      "BUILDPACK_INVALID: <dir>/misspelt/buildpack.toml has 1 problem\n  <dir>/misspelt/buildpack.toml:5:1: buildpack.desciption: unknown key; did you mean description?",
    ],
    [
      "a shell buildpack that has a misspelled key in [[metadata.configurations]]",
      configFor(["misconfigured"], `{ id = "test/misconfigured" }`),
      "BUILDPACK_INVALID: <dir>/misconfigured/buildpack.toml has 1 problem\n  <dir>/misconfigured/buildpack.toml:7:1: metadata.configurations[0].defalt: unknown key; did you mean default?",
    ],
    [
      "an image without buildpacks",
      configFor(["oci:run"], `{ id = "test/one" }`),
      "BUILDPACKAGE_INVALID: oci:<dir>/run contains neither a buildpack nor an extension: its label io.buildpacks.buildpack.layers is missing or empty",
    ],
    [
      "a missing buildpack",
      configFor(["./absent"], `{ id = "test/one" }`),
      "BUILDPACK_NOT_FOUND: there is no buildpack at <dir>/absent",
    ],
  ])("%s", async ([, text, message]) => {
    expect(await failure(create(text))).toBe(message);
  });

  test("a build image that does not exist", async () => {
    const text = configFor(["one"], `{ id = "test/one" }`, { build: "oci:absent", run: "oci:run" });
    expect(await failure(create(text))).toMatch(/^IMAGE_NOT_FOUND: .*<dir>\/absent/);
  });

  test("a lifecycle that does not exist", async () => {
    const text = configFor(["one"], `{ id = "test/one" }`).replace("lifecycle.tgz", "absent.tgz");
    expect(await failure(create(text))).toBe(
      "LIFECYCLE_UNAVAILABLE: the lifecycle archive <dir>/absent.tgz cannot be read",
    );
  });
});
