// @needs processes
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import "libcnb/testing/vitest";
import { readInventory } from "libcnb/standalone";
import {
  type BuildFixture,
  build,
  buildFailure,
  detect,
  type FileMap,
  fakeClock,
  rebuild,
  tarball,
  unchecked,
} from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodeEngine from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
const { releases } = readInventory(readFileSync(join(buildpack, "buildpack.toml")), "buildpack.toml");

/** The newest release of a line, for the machine that tests build for unless they say otherwise. */
const newest = (id: string, line: number, arch = "amd64") =>
  releases.findLast((each) => each.id === id && each.version.startsWith(`${line}.`) && (each.arch ?? arch) === arch);
const [v20, v22, v24, v26] = [20, 22, 24, 26].map((line) => newest("node", line)?.version);
const archiveUrl = newest("node", 24)?.uri ?? "";

const npmManifest = '{"version":"11.0.0","license":"Artistic-2.0"}';
const npmFiles = (dir: string): FileMap => ({
  [`${dir}bin/npm-cli.js`]: "#!/usr/bin/env node\n",
  [`${dir}bin/npx-cli.js`]: "#!/usr/bin/env node\n",
  [`${dir}docs/install.md`]: "",
  [`${dir}package.json`]: npmManifest,
});
const nodeFiles = (dir: string): FileMap => ({
  [`${dir}bin/node`]: "#!/bin/sh\n",
  [`${dir}LICENSE`]: "MIT",
  [`${dir}CHANGELOG.md`]: "",
  [`${dir}include/node/node.h`]: "h",
  [`${dir}include/node/openssl/archs/linux-x86_64/asm.h`]: "h",
  [`${dir}include/node/openssl/archs/linux-aarch64/asm.h`]: "h",
});
const archive = unchecked(await tarball({ ...nodeFiles("node-v1/"), ...npmFiles("node-v1/lib/node_modules/npm/") }));

/** Every release of the inventory, with the files of one archive. */
const origin = "https://registry.test";
const tarballOf = (uri: string) => uri.replace(/^npm:(.+)@(.+)$/, `${origin}/$1/-/$1-$2.tgz`);
const packages = {
  node: unchecked(await tarball(nodeFiles("package/"))),
  npm: unchecked(await tarball(npmFiles("package/"))),
};
const downloads = Object.fromEntries(
  releases.map(({ id, uri }) => [tarballOf(uri), { node: archive, npm: packages.npm }[id] ?? packages.node]),
);
const given = { buildpack, downloads };
const installing = { node: [{ launch: true }], npm: [{}] };

/** The log lines about the version. */
const chosen = async (app: FileMap, env: Readonly<Record<string, string>> = {}, plan = {}) =>
  (await build(nodeEngine, { ...given, app, env, plan })).log.filter((line) =>
    /^(?!BP| ).*(Node\.js|requests)/.test(line),
  );

describe("detect", () => {
  const requires = [{ name: "node", metadata: { launch: true } }];

  test.for<[string, FileMap, readonly unknown[]]>([
    ["requires Node.js for an app with a package.json", { "package.json": "{}" }, requires],
    ["requires Node.js for an app with a main.ts", { "main.ts": "" }, requires],
    ["provides Node.js, but does not require Node.js, for other apps", { "pom.xml": "", "web/package.json": "{}" }, []],
  ])("%s", async ([, app, required]) => {
    expect(await detect(nodeEngine, { buildpack, app })).toMatchObject({
      outcome: "pass",
      plan: [
        { provides: ["node", "npm"], requires: required },
        { provides: ["node"], requires: required },
      ],
    });
  });

  test("searches the directory in BP_NODE_PROJECT_PATH", async () => {
    const env = { BP_NODE_PROJECT_PATH: "apps/web" };
    const app = { "apps/web/package.json": "{}" };
    expect(await detect(nodeEngine, { buildpack, app, env })).toRequire("node", { launch: true });
  });
});

describe("the Node.js version is", () => {
  const engines = (node: string) => JSON.stringify({ engines: { node } });
  const plan = { node: [{ version: "22", source: "acme/frontend" }] };

  test.for<[string, FileMap, Readonly<Record<string, string>>, object, readonly string[]]>([
    [
      "the one in BP_NODE_VERSION, and the log lists the overruled requests",
      { "package.json": engines(">=20"), ".nvmrc": "v22", ".node-version": "foo" },
      { BP_NODE_VERSION: "24" },
      plan,
      [
        `Using Node.js ${v24}: BP_NODE_VERSION requests 24`,
        `engines.node of package.json requests >=20; ${v24} satisfies it as well`,
        `.nvmrc requests v22, which is ignored: ${v24} does not satisfy it`,
        '.node-version is ignored: "foo" is not a version of Node.js',
        `acme/frontend requests 22, which is ignored: ${v24} does not satisfy it`,
      ],
    ],
    [
      "the one in devEngines rather than in .nvmrc",
      {
        "package.json": '{"devEngines":{"runtime":[{"name":"bun"},{"name":"node","version":"^22.0.0"}]}}',
        ".nvmrc": "22",
      },
      {},
      {},
      [
        `Using Node.js ${v22}: devEngines.runtime of package.json requests ^22.0.0`,
        `.nvmrc requests 22; ${v22} satisfies it as well`,
      ],
    ],
    [
      "that of the LTS line which an alias in .nvmrc names",
      { ".nvmrc": "# ours\nlts/-1 # for now\n" },
      {},
      {},
      [`Using Node.js ${v22}: .nvmrc (lts/-1) requests 22.x`],
    ],
    [
      "the one in .node-version rather than the one that another buildpack requires",
      { ".node-version": `${v20}\n` },
      {},
      plan,
      [
        `Using Node.js ${v20}: .node-version requests ${v20}`,
        `acme/frontend requests 22, which is ignored: ${v20} does not satisfy it`,
      ],
    ],
    [
      "the one of the project rather than that of the workspace",
      {
        "package.json": JSON.stringify({ workspaces: ["apps/*"], engines: { node: "24" } }),
        "package-lock.json": "{}",
        "apps/web/package.json": "{}",
        "apps/web/.nvmrc": "22",
      },
      { BP_NODE_PROJECT_PATH: "apps/web" },
      {},
      [
        `Using Node.js ${v22}: apps/web/.nvmrc requests 22`,
        `engines.node of package.json requests 24, which is ignored: ${v22} does not satisfy it`,
      ],
    ],
    [
      "the one that another buildpack requires if the app requests no version",
      {},
      {},
      plan,
      [`Using Node.js ${v22}: acme/frontend requests 22`],
    ],
    [
      "the default in buildpack.toml if no version is requested, with a warning that the default will change",
      {},
      {},
      {},
      [
        `Using Node.js ${v24}: the default of buildpack.toml requests 24.x`,
        `The app requests no version of Node.js: this build uses ${v24}. The default will change to Node.js 26. To stay on 24, write "engines": { "node": "24.x" } into package.json.`,
      ],
    ],
    [
      "the newest with long-term support for a range without an upper limit",
      { "package.json": engines(">=18") },
      {},
      {},
      [
        `Using Node.js ${v24}: engines.node of package.json requests >=18`,
        'Node.js 26 also satisfies the request, but is not in long-term support yet: to use it, request "26"',
      ],
    ],
    [
      "the newest one if .nvmrc requests node",
      { ".nvmrc": "node" },
      {},
      {},
      [`Using Node.js ${v26}: .nvmrc (node) requests *`, "Node.js 26 is not in long-term support yet"],
    ],
  ])("%s", async ([, app, env, entries, expected]) => {
    expect(await chosen(app, env, entries)).toEqual(expected);
  });

  test("a version that is available for the architecture", async () => {
    const env = { BP_NODE_DISTRIBUTION: "npm", BP_NODE_VERSION: "26", NPM_CONFIG_REGISTRY: origin };
    const installed = ["amd64", "arm64"].map(async (arch) => {
      const { parsed } = await build(nodeEngine, { ...given, env, target: { os: "linux", arch } });
      return parsed.layers["node"]?.metadata;
    });
    expect(await Promise.all(installed)).toEqual(
      ["amd64", "arm64"].map((arch) => ({ node: newest("node-npm", 26, arch)?.metadata, format: 2 })),
    );
  });

  test("accepted with a warning after the version's end of life", async () => {
    const clock = fakeClock("2026-11-21T12:00:00Z");
    const { log } = await build(nodeEngine, { ...given, env: { BP_NODE_VERSION: "20" }, clock });
    expect(log).toContain(
      `Node.js ${v20} reached its end of life on 2026-04-30: it no longer gets fixes. Use a newer version.`,
    );
  });
});

describe("build", () => {
  const sbom = (layer: string) => ["cdx", "spdx", "syft"].map((format) => `${layer}.sbom.${format}.json`);

  test("downloads the archive once and installs it in layers for build and launch", async () => {
    const first = await build(nodeEngine, { ...given, plan: installing });
    expect(first.downloads.map(({ url }) => url)).toEqual([archiveUrl]);
    const files = Object.entries(first.layers).filter(([path]) => !/^limits|sbom/.test(path));
    const toml = (launch: boolean) => expect.stringContaining(`launch = ${launch}`);
    expect(Object.fromEntries(files)).toEqual({
      "headers.toml": toml(false),
      "headers/env.build/NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR.override": "<layers>/headers",
      "headers/include/node/node.h": "h",
      "headers/include/node/openssl/archs/linux-x86_64/asm.h": "h",
      "node.toml": toml(true),
      "node/LICENSE": "MIT",
      "node/bin/node": "#!/bin/sh\n",
      "node/env/NODE_HOME.override": "<layers>/node",
      "npm.toml": toml(false),
      "npm/bin/npm": "-> ../lib/node_modules/npm/bin/npm-cli.js",
      "npm/bin/npx": "-> ../lib/node_modules/npm/bin/npx-cli.js",
      "npm/env.launch/NPM_CONFIG_CACHE.default": "/tmp/npm-cache",
      "npm/env/NPM_CONFIG_UPDATE_NOTIFIER.default": "false",
      "npm/lib/node_modules/npm/bin/npm-cli.js": "#!/usr/bin/env node\n",
      "npm/lib/node_modules/npm/bin/npx-cli.js": "#!/usr/bin/env node\n",
      "npm/lib/node_modules/npm/package.json": npmManifest,
    });
    expect(Object.keys(first.layers).filter((path) => path.includes(".sbom."))).toEqual(
      expect.arrayContaining([...sbom("node"), ...sbom("npm")]),
    );

    const second = await rebuild(nodeEngine, first);
    expect([second.downloads, second.layers]).toEqual([[], first.layers]);
  });

  test("lists the contents of the layers in the SBOM", async () => {
    const { layers } = await build(nodeEngine, { ...given, plan: installing });
    const components = (layer: string) =>
      JSON.parse(String(layers[`${layer}.sbom.cdx.json`])).components.map(
        ({ "bom-ref": _, ...each }: object & { "bom-ref": string }) => each,
      );
    const [release] = releases.filter(({ uri }) => uri.includes(`v${v24}-linux-x64`));
    expect(components("node")).toEqual([
      {
        type: "application",
        name: "node",
        version: `${v24}`,
        cpe: `cpe:2.3:a:nodejs:node.js:${v24}:*:*:*:*:*:*:*`,
        purl: `pkg:generic/node@${v24}`,
        hashes: [{ alg: "SHA-256", content: release?.checksum?.slice("sha256:".length) }],
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "distribution", url: release?.uri }],
      },
    ]);
    expect(components("npm")).toEqual([
      {
        type: "application",
        name: "npm",
        version: "11.0.0",
        purl: "pkg:npm/npm@11.0.0",
        licenses: [{ license: { id: "Artistic-2.0" } }],
      },
    ]);
  });

  test("installs Node.js and npm from an npm registry, which the SBOM does not mention", async () => {
    const env = { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: origin };
    const { downloads: asked, layers, log } = await build(nodeEngine, { ...given, env, plan: installing });
    const urls = [newest("node-npm", 24), newest("npm", 11)].map((release) => tarballOf(release?.uri ?? ""));
    expect(asked.map(({ url }) => url)).toEqual(urls);
    expect(log).toContain(
      `Using npm ${newest("npm", 11)?.version}: Node.js ${newest("node-npm", 24)?.version} requests 11`,
    );
    expect(["node/bin/node", "npm/bin/npm", "headers/include/node/node.h"].filter((path) => !layers[path])).toEqual([]);
    expect([...sbom("node"), ...sbom("npm")].filter((path) => String(layers[path]).includes(origin))).toEqual([]);
  });

  test.for<[string, BuildFixture["plan"] & object, object]>([
    ["node at launch only", { node: [{ launch: true }] }, { node: ["build", "launch", "cache"], limits: ["launch"] }],
    ["node without flags", { node: [{}] }, { node: ["build", "launch", "cache"], limits: ["launch"] }],
    ["node during the build only", { node: [{ build: true }] }, { node: ["build", "cache"] }],
    [
      "npm at launch",
      { node: [{ launch: true }], npm: [{}, { launch: true }] },
      {
        headers: ["build", "cache"],
        limits: ["launch"],
        node: ["build", "launch", "cache"],
        npm: ["build", "launch", "cache"],
      },
    ],
  ])("sets the types of layers if other buildpacks require %s", async ([, plan, expected]) => {
    const { layers } = (await build(nodeEngine, { ...given, plan })).parsed;
    const types = Object.entries(layers).map(([name, layer]) => [
      name,
      Object.entries(layer.types).flatMap(([type, is]) => (is ? [type] : [])),
    ]);
    expect(Object.fromEntries(types)).toEqual(expected);
  });

  test("reuses Node.js if only npm changed", async () => {
    const env = { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: origin };
    const { layers } = await build(nodeEngine, { ...given, env, plan: installing });
    const npmToml = String(layers["npm.toml"]).replace(newest("npm", 11)?.version ?? "", "11.0.0");
    const restored = { ...layers, "npm.toml": npmToml };
    const second = await build(nodeEngine, { ...given, env, plan: installing, layers: restored });
    expect(second.downloads.map(({ url }) => url)).toEqual([tarballOf(newest("npm", 11)?.uri ?? "")]);
    expect(second.layers).toEqual(layers);
  });

  test.for<[string, Readonly<Record<string, string>>, Readonly<Record<string, unknown>>]>([
    ["NODE_ENV=production by default", {}, { NODE_ENV: "production", BPL_NODE_HEAP_PERCENT: undefined }],
    [
      "BPL_NODE_HEAP_PERCENT=0 if BP_NODE_OPTIMIZE_MEMORY is false",
      { BP_NODE_OPTIMIZE_MEMORY: "false" },
      { BPL_NODE_HEAP_PERCENT: "0" },
    ],
  ])("sets for processes %s", async ([, env, expected]) => {
    expect(await build(nodeEngine, { ...given, env })).toHaveEnv("web", expected);
  });

  test("writes no SBOM with BP_DISABLE_SBOM=true", async () => {
    const { layers } = await build(nodeEngine, { ...given, env: { BP_DISABLE_SBOM: "true" }, plan: installing });
    expect(Object.keys(layers).filter((path) => path.includes(".sbom."))).toEqual([]);
  });

  test("installs from BP_NODE_MIRROR, which the SBOM does not mention", async () => {
    const url = archiveUrl.replace("https://nodejs.org/download/release", "http://mirror.test/node");
    const env = { BP_NODE_MIRROR: "http://mirror.test/node" };
    const { log, layers } = await build(nodeEngine, { buildpack, env, downloads: { [url]: archive } });
    expect(log.at(-1)).toBe(`Downloading ${url}`);
    expect(String(layers["node.sbom.cdx.json"])).not.toContain("mirror.test");
  });

  test.for<[string, Readonly<Record<string, string>>, FileMap, object]>([
    [
      "a BP_NODE_MIRROR that is not a URL",
      { BP_NODE_MIRROR: "mirror.test" },
      {},
      {
        code: "NODE_MIRROR_INVALID",
        message: "BP_NODE_MIRROR is not an http, https or file URL",
        hint: "Set BP_NODE_MIRROR to the URL of the directory that contains v24.18.0/, such as file:///mirror/node.",
      },
    ],
    [
      "an unknown BP_NODE_DISTRIBUTION",
      { BP_NODE_DISTRIBUTION: "snap" },
      {},
      { code: "CONFIG_INVALID", cause: 'BP_NODE_DISTRIBUTION: expected one of "archive", "npm", got "snap"' },
    ],
    [
      "BP_NODE_DISTRIBUTION=npm without a configured registry",
      { BP_NODE_DISTRIBUTION: "npm" },
      {},
      { code: "NPM_REGISTRY_UNKNOWN" },
    ],
    [
      "an unsupported version",
      { BP_NODE_VERSION: "19" },
      {},
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_NODE_VERSION requests Node.js 19, which is not available for linux/amd64",
        cause: expect.stringMatching(new RegExp(`^available: ${v26}, .*${v20}; the nearest is ${v20}$`)),
        hint: "Ask for one of these versions in BP_NODE_VERSION.",
      },
    ],
    [
      "a release line that is out of support",
      {},
      { ".nvmrc": "lts/hydrogen" },
      { message: ".nvmrc (lts/hydrogen) requests Node.js 18.x, which is not available for linux/amd64" },
    ],
    [
      "an unknown LTS line",
      {},
      { "apps/.nvmrc": "", ".nvmrc": "lts/unobtainium" },
      {
        code: "NODE_LTS_UNKNOWN",
        message: ".nvmrc requests lts/unobtainium, which is not an LTS release line of Node.js",
        cause: expect.stringMatching(/^LTS release lines: lts\/krypton \(24\), lts\/jod \(22\), .*lts\/argon \(4\)$/),
        hint: 'Write "lts/*" or one of these release lines into .nvmrc.',
      },
    ],
    [
      "engines.node that is not a version range",
      {},
      { "package.json": '{"engines":{"node":"the newest"}}' },
      {
        code: "VERSION_RANGE_INVALID",
        message: 'engines.node of package.json is "the newest", which is not a version range',
      },
    ],
    [
      "engines that are not a table",
      {},
      { "package.json": '{"engines":["node >= 20"]}' },
      { code: "PACKAGE_JSON_INVALID", cause: "engines: expected a table, got a list" },
    ],
  ])("refuses %s", async ([, env, app, expected]) => {
    expect((await buildFailure(nodeEngine, { ...given, env, app })).error).toMatchObject(expected);
  });
});
