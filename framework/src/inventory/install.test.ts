import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { zipOf } from "../../../test/support/zip.ts";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { cachedLayer } from "../layer/definition.ts";
import { cycloneDx } from "../sbom/sbom.ts";
import type { BuildFixture } from "../testing/fixtures.ts";
import { build, buildFailure, detect, type FileMap, unchecked } from "../testing/index.ts";
import type { InstallOptions } from "./inventory.ts";
import { releaseMetadata } from "./release.ts";

async function tarGz(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files))
    tar.entry({ name, mtime: new Date(0), mode: text.startsWith("#!") ? 0o755 : 0o644 }, text);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");
const archive = await tarGz({ "tool-1.0.0/bin/tool": "#!/bin/sh\n", "tool-1.0.0/README": "read me" });
const sha256 = digest("sha256", archive);
const sha512 = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
const uri = "https://tools.test/v1/tool-1.0.0.tar.gz";
const dependency = { id: "tool", name: "Tool", version: "1.0.0", uri, sha256, "strip-components": 1 };

const layer = cachedLayer("tool", { launch: true, metadata: releaseMetadata });
const installing = (options: InstallOptions = {}) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ layers, inventory }) {
      const release = await inventory.resolve("tool");
      await layers.provide(layer, {
        metadata: release.metadata,
        create: ({ path }) => inventory.install(release, path, options),
        sbom: () => [cycloneDx([release.component])],
      });
    },
  });

const given = (entry: object, more: BuildFixture = {}, files: FileMap = {}): BuildFixture => ({
  downloads: { [uri]: archive },
  buildpack: { metadata: { dependencies: [{ ...dependency, ...entry }] }, files },
  ...more,
});

/** The files of the layer, and what was said. */
async function installed(
  entry: object,
  { options, files, ...more }: BuildFixture & { readonly options?: InstallOptions; readonly files?: FileMap } = {},
) {
  const { layers, log } = await build(installing(options), given(entry, more, files));
  const own = Object.entries(layers).flatMap(([path, text]) =>
    path.startsWith("tool/") ? [[path.slice(5), text]] : [],
  );
  return { files: Object.fromEntries(own), log: log.slice(1) };
}

const unpacked = { README: "read me", "bin/tool": "#!/bin/sh\n" };

test("a release of a dependency is installed into a layer, listed in the SBOM, and reused by the next build if it is unchanged", async () => {
  const first = await build(installing(), given({ os: "linux", arch: "amd64", licenses: ["MIT"] }));
  expect(first.log).toEqual(["Using Tool 1.0.0", `Downloading ${uri}`]);
  const { "tool.sbom.cdx.json": sbom, ...layers } = first.layers;
  expect(layers).toEqual({
    "tool.toml": `[types]\nbuild = false\nlaunch = true\ncache = true\n\n[metadata]\narch = "amd64"\nchecksum = "sha256:${sha256}"\nid = "tool"\nos = "linux"\nversion = "1.0.0"\n`,
    "tool/README": "read me",
    "tool/bin/tool": "#!/bin/sh\n",
  });
  expect(JSON.parse(String(sbom)).components).toEqual([
    expect.objectContaining({
      name: "tool",
      version: "1.0.0",
      purl: "pkg:generic/tool@1.0.0",
      hashes: [{ alg: "SHA-256", content: sha256 }],
    }),
  ]);
  const second = await build(installing(), {
    ...given({ os: "linux", arch: "amd64", licenses: ["MIT"] }, { downloads: {} }),
    layers: first.layers,
  });
  expect([second.log, second.layers]).toEqual([["Using Tool 1.0.0"], first.layers]);
});

test("detect can resolve a release without installing it", async () => {
  const asking = defineBuildpack({
    detect: async ({ inventory }) =>
      pass({ requires: [{ name: "tool", metadata: { version: (await inventory.resolve("tool", "1")).version } }] }),
    build() {},
  });
  const { buildpack } = given({});
  expect(await detect(asking, { buildpack: buildpack ?? {} })).toMatchObject({
    plan: [{ requires: [{ metadata: { version: "1.0.0" } }] }],
  });
});

const zip = zipOf([{ name: "tool-1.0.0/bin/tool", text: "zipped", mode: 0o100755 }]);
test.for<[string, object, Parameters<typeof installed>[1], FileMap]>([
  ["an archive is unpacked", {}, {}, unpacked],
  [
    "a zip file is unpacked",
    { uri: "https://tools.test/tool.zip", sha256: digest("sha256", zip) },
    { downloads: { "https://tools.test/tool.zip": zip } },
    { "bin/tool": { contents: "zipped", mode: 0o755 } },
  ],
  [
    "the option filter selects files of an archive",
    {},
    { options: { filter: (name) => name === "README" } },
    { README: "read me" },
  ],
  [
    "the option strip with the value 0 keeps the archive's top directory",
    {},
    { options: { strip: 0 } },
    { "tool-1.0.0/README": "read me", "tool-1.0.0/bin/tool": "#!/bin/sh\n" },
  ],
  [
    "an executable that is not an archive is copied",
    { uri: "https://tools.test/tool", sha256: digest("sha256", Buffer.from("\x7fELF")) },
    { downloads: { "https://tools.test/tool": "\x7fELF" }, options: { as: "bin/tool", executable: true } },
    { "bin/tool": { contents: "\x7fELF", mode: 0o755 } },
  ],
  [
    "a file that is not an archive keeps its name",
    { uri: "https://tools.test/a%20b.jar?x", sha256: digest("sha256", zip) },
    { downloads: { "https://tools.test/a%20b.jar": zip } },
    { "a b.jar": new Uint8Array(zip) },
  ],
  [
    "the option extract unpacks an archive whose name lacks an archive's suffix",
    { uri: "https://tools.test/get" },
    { downloads: { "https://tools.test/get": archive }, options: { extract: true } },
    unpacked,
  ],
])("when a release is installed, %s", async ([, entry, more, files]) => {
  expect((await installed(entry, more)).files).toEqual(files);
});

test("a release without a checksum is installed with a warning", async () => {
  expect((await installed({ sha256: "" })).log).toEqual([
    "Tool 1.0.0 has no checksum, so the file cannot be verified",
    `Downloading ${uri}`,
  ]);
});

test("a download whose checksum does not match leaves no files", async () => {
  const { error, layers } = await buildFailure(installing(), given({ sha256: "0".repeat(64) }));
  expect([error, layers]).toEqual([
    expect.objectContaining({
      code: "DOWNLOAD_CHECKSUM_MISMATCH",
      message: `the checksum of ${uri} differs from the expected one`,
      cause: `expected sha256:${"0".repeat(64)}, got sha256:${sha256}`,
    }),
    {},
  ]);
});

describe("a dependency file included in the buildpack's package", () => {
  const carried = (path: string, contents: string | Uint8Array) => ({ [`dependencies/${path}`]: contents });
  const downloads = {};

  test.for<[string, string]>([
    ["in a directory named after its digest", `${sha256}/tool-1.0.0.tar.gz`],
    ["in a directory named after its digest, under another name", `${sha256}/x`],
    ["named after its digest", sha256],
  ])("is used without the network if it is %s", async ([, path]) => {
    expect(await installed({}, { files: carried(path, archive), downloads })).toEqual({
      files: unpacked,
      log: ["Using tool-1.0.0.tar.gz from the buildpack's package"],
    });
  });

  test("is found by the URL that packaging tools write", async () => {
    const entry = { uri: `file:///dependencies/${sha256}/tool.tar.gz`, sha256: "" };
    expect((await installed(entry, { files: carried(`${sha256}/tool.tar.gz`, archive), downloads })).files).toEqual(
      unpacked,
    );
  });

  test("is refused if its checksum does not match", async () => {
    expect(await installed({}, { files: carried(`${sha256}/tool-1.0.0.tar.gz`, "evil") })).toEqual({
      files: unpacked,
      log: [
        "tool-1.0.0.tar.gz in the buildpack's package is ignored: its checksum is not the expected one",
        `Downloading ${uri}`,
      ],
    });
  });
});

describe("a download of a release", () => {
  test("comes from the mirror in BP_DEPENDENCY_MIRROR", async () => {
    const mirror = "https://me:secret@mirror.test/tools.test/v1/tool-1.0.0.tar.gz";
    const env = { BP_DEPENDENCY_MIRROR: "https://me:secret@mirror.test/{originalHost}" };
    expect(await installed({}, { env, downloads: { [mirror]: archive } })).toEqual({
      files: unpacked,
      log: [`Downloading https://mirror.test/tools.test/v1/tool-1.0.0.tar.gz (mirror of ${uri})`],
    });
  });

  test("comes from the URL in a dependency mapping rather than from a mirror", async () => {
    const bindings = {
      mirrors: { type: "dependency-mirror", default: "https://mirror.test" },
      mappings: { type: "dependency-mapping", [sha256]: "https://map.test/t.tgz?signature=secret\n" },
    };
    expect(await installed({}, { bindings, downloads: { "https://map.test/t.tgz": archive } })).toEqual({
      files: unpacked,
      log: [`Downloading https://map.test/t.tgz (mapping of ${uri})`],
    });
  });

  test("fails if two bindings configure a default mirror", async () => {
    const bindings = {
      one: { type: "dependency-mirror", default: "https://a.test" },
      two: { type: "Dependency-Mirror", DEFAULT: "https://b.test" },
    };
    const { error } = await buildFailure(installing(), given({}, { bindings }));
    expect(error).toMatchObject({
      code: "BINDING_AMBIGUOUS",
      message: "the bindings of the type dependency-mirror have several entries called default",
    });
  });
});

describe("a dependency from an npm registry", () => {
  const npm = { uri: "npm:@acme/tool@1.0.0", sha256: "", checksum: sha512, "strip-components": undefined };
  const tarball = "https://registry.test/npm/@acme/tool/-/tool-1.0.0.tgz";
  const env = { NPM_CONFIG_REGISTRY: "https://registry.test/npm/" };

  test("is installed without its top directory", async () => {
    expect(await installed(npm, { env, downloads: { [tarball]: archive } })).toEqual({
      files: unpacked,
      log: [`Downloading ${tarball} (registry of NPM_CONFIG_REGISTRY)`],
    });
  });

  test("is found through the package's manifest if the registry has another URL layout", async () => {
    const reported = "https://files.test/blobs/123";
    const downloads = {
      [tarball]: { status: 404 },
      "https://registry.test/npm/@acme%2ftool/1.0.0": JSON.stringify({ dist: { tarball: reported } }),
      [reported]: archive,
    };
    expect(await installed(npm, { env, downloads })).toEqual({
      files: unpacked,
      log: [
        `Downloading ${tarball} (registry of NPM_CONFIG_REGISTRY)`,
        `Downloading ${reported}, the URL in the registry's metadata`,
      ],
    });
  });

  test("causes an error if the registry does not have it", async () => {
    const downloads = { [tarball]: { status: 404 }, "https://registry.test/npm/@acme%2ftool/1.0.0": "<html>" };
    const { error } = await buildFailure(installing(), given(npm, { env, downloads }));
    expect(error).toMatchObject({ code: "DOWNLOAD_FAILED", message: `could not download ${tarball}` });
  });

  test("causes an error if no registry is configured", async () => {
    const { error } = await buildFailure(installing(), given(npm));
    expect(error).toMatchObject({
      code: "NPM_REGISTRY_UNKNOWN",
      message: "no npm registry is configured for @acme/tool",
    });
  });
});

test.for<[what: string, uri: string, contents: string | Uint8Array, problem: string]>([
  ["HTML", "https://tools.test/v1/tool-1.0.0.zip", "<html>", "it is neither a zip nor a tar archive"],
  ["truncated", uri, archive.subarray(0, 40), "it is damaged or not an archive"],
])(
  "a downloaded file that should be an archive but is %s is reported with release and URL",
  async ([, address, contents, problem]) => {
    const { error } = await buildFailure(installing(), {
      ...given({ uri: address }),
      downloads: { [address]: unchecked(contents) },
    });
    expect(error).toMatchObject({
      code: "ARCHIVE_INVALID",
      message: `cannot extract Tool 1.0.0 from ${address}: ${problem}`,
    });
  },
);
