// @needs processes
import { createHash } from "node:crypto";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ManagerChoice, readManagerChoice } from "@libcnb/node-app";
import { defineBuildpack, pass, type s } from "libcnb";
import { type BuildFixture, build, buildFailure, type FileMap, tarball, writeFiles } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { provideTool } from "./tool.ts";

const url = "https://registry.test";
const node = "v24.1.0";

/** Provides the tool that the app asks for, and runs it. */
const provider = defineBuildpack({
  detect: () => pass(),
  async build(context) {
    const { app, env, log, run } = context;
    const choice = await readManagerChoice(app, { root: "", dir: "" }, env.WANTED);
    const { version, components } = await provideTool(context, choice, env.NODE ?? node);
    const { stdout } = await run(choice.name, ["--version"], { output: "capture" });
    log.info(`${choice.name} ${version} says ${stdout.trim()}; ${components.map(({ purl }) => purl).join(", ")}`);
    return {};
  },
});

const hash = (algorithm: string, bytes: Uint8Array, encoding: "hex" | "base64" = "hex"): string =>
  createHash(algorithm).update(bytes).digest(encoding);

/** A package manager that can say its version. */
interface PublishedReleases {
  readonly name: string;
  readonly version: string;
  readonly node?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: FileMap;
}

const says = (text: string) => `#!/bin/sh\necho ${text}\n`;
const js = (name: string, version: string, node?: string): PublishedReleases => ({
  name,
  version,
  ...(node !== undefined && { node }),
  bin: { pnpm: "bin/pnpm.cjs", pnpx: "bin/pnpm.cjs" },
  files: { "bin/pnpm.cjs": `#!/usr/bin/env node\nconsole.log(${JSON.stringify(version)});\n` },
});
const yarnProgram = `#!/usr/bin/env node\nconsole.log("4.5.0");\n`;

const npm = (version: string, node: string): PublishedReleases => ({
  name: "npm",
  version,
  node,
  bin: { npm: "bin/npm-cli.js" },
  files: { "bin/npm-cli.js": `#!/usr/bin/env node\nconsole.log(${JSON.stringify(version)});\n` },
});

const packages: readonly PublishedReleases[] = [
  js("pnpm", "9.1.0", ">=18"),
  js("pnpm", "10.1.0", ">=18"),
  js("pnpm", "10.2.0", ">=18"),
  js("pnpm", "11.0.0", ">=22.13"),
  {
    name: "pnpm",
    version: "12.0.0",
    bin: { pnpm: "pnpm", pnpx: "pnpx" },
    files: { pnpm: "no", pnpx: "no", "dist/node-gyp": "" },
  },
  { name: "@pnpm/exe.linux-x64", version: "12.0.0", files: { pnpm: says("12.0.0") } },
  {
    name: "@yarnpkg/cli-dist",
    version: "4.5.0",
    bin: { yarn: "bin/yarn.js", yarnpkg: "bin/yarn.js" },
    files: { "bin/yarn.js": yarnProgram },
  },
  { name: "@oven/bun-linux-x64", version: "1.4.0", files: { "bin/bun": says("1.4.0") } },
  { name: "@oven/bun-linux-x64-baseline", version: "1.4.0", files: { "bin/bun": says("1.4.0") } },
  npm("6.14.18", "6 || >=8"),
  npm("7.24.2", ">=10"),
  npm("8.19.4", "^12.13.0 || ^14.15.0 || >=16"),
  npm("9.9.4", "^14.17.0 || ^16.13.0 || >=18"),
];

const tarballs = new Map<PublishedReleases, Uint8Array>();
const downloads: Record<string, Uint8Array | string> = {};
const dependencies: s.Table[] = [];

beforeAll(async () => {
  for (const each of packages) {
    const { name, version, bin, files = {} } = each;
    const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`package/${path}`, text]));
    const manifest = JSON.stringify({ name, version, bin });
    const bytes = await tarball({ "package/package.json": manifest, ...inFolder });
    tarballs.set(each, bytes);
    downloads[`${url}/${name}/-/${name.replace(/^.*\//, "")}-${version}.tgz`] = bytes;
  }
  for (const name of new Set(packages.map((each) => each.name)))
    downloads[`${url}/${name.replace("/", "%2f")}`] = documentOf(name);
  for (const each of packages.filter(({ version }) => ["10.2.0", "11.0.0", "9.1.0"].includes(version)))
    dependencies.push(entryOf(each));
});

const integrityOf = (each: PublishedReleases) => `sha512-${hash("sha512", tarballs.get(each) as Uint8Array, "base64")}`;

const documentOf = (name: string): string => {
  const own = packages.filter((each) => each.name === name);
  const manifests = own.map((each) => [
    each.version,
    { engines: { node: each.node }, license: "MIT", dist: { integrity: integrityOf(each) } },
  ]);
  return JSON.stringify({
    name,
    versions: { ...Object.fromEntries(manifests), "0.0.1": { dist: { shasum: "no digest" } } },
  });
};

const entryOf = (each: PublishedReleases): s.Table => ({
  id: each.name,
  version: each.version,
  uri: `npm:${each.name}@${each.version}`,
  checksum: integrityOf(each),
  licenses: ["MIT"],
  ...(each.node !== undefined && { node: each.node }),
});

const given = (wanted: string, more: BuildFixture = {}): BuildFixture => ({
  buildpack: { metadata: { dependencies } },
  env: { NPM_CONFIG_REGISTRY: url, WANTED: wanted },
  downloads,
  ...more,
});

const inPackageJson = (packageManager: string): FileMap => ({ "package.json": JSON.stringify({ packageManager }) });

describe("a package manager", () => {
  test.for<[wanted: string, last: string]>([
    ["pnpm", "pnpm 10.2.0 says 10.2.0; pkg:npm/pnpm@10.2.0"],
    ["pnpm@>=9", "pnpm 11.0.0 says 11.0.0; pkg:npm/pnpm@11.0.0"],
    ["pnpm@10.1.0", "pnpm 10.1.0 says 10.1.0; pkg:npm/pnpm@10.1.0"],
    ["pnpm@12", "pnpm 12.0.0 says 12.0.0; pkg:npm/pnpm@12.0.0, pkg:npm/%40pnpm/exe.linux-x64@12.0.0"],
    ["yarn@4", "yarn 4.5.0 says 4.5.0; pkg:npm/%40yarnpkg/cli-dist@4.5.0"],
  ])("requested as %j is installed from the registry and is in PATH", async ([wanted, last]) => {
    // the package of Yarn 1 need not be there
    const yarn = { [`${url}/yarn`]: JSON.stringify({ versions: {} }) };
    const { log } = await build(provider, given(wanted, { downloads: { ...downloads, ...yarn } }));
    expect(log.at(-1)).toBe(last);
  });

  test.for([
    ["v14.21.3", "8.19.4"],
    ["v12.22.12", "8.19.4"],
    ["v10.24.1", "7.24.2"],
  ])(
    "is a newer npm if Node.js contains npm 6, so that with Node.js %s, npm %s is installed from the registry",
    async ([NODE = "", version]) => {
      const dir = await mkdtemp(join(tmpdir(), "npm-6-"));
      try {
        await writeFiles(dir, { "lib/bin/npm": "", "lib/package.json": '{ "version": "6.14.18" }' });
        await symlink("lib/bin/npm", join(dir, "npm"));
        const env = { NPM_CONFIG_REGISTRY: url, WANTED: "npm", NODE };
        const { log } = await build(
          provider,
          given("npm", { env, inherited: { PATH: `${dir}:${process.env["PATH"]}` } }),
        );
        expect(log).toContain(
          `Using npm ${version}: BP_NODE_PACKAGE_MANAGER (the npm 6.14.18 of Node.js is too old) requests 7 || 8`,
        );
        expect(log.at(-1)).toBe(`npm ${version} says ${version}; pkg:npm/npm@${version}`);
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  );

  test("is in a layer with links, environment variables and an SBOM", async () => {
    const { layers } = await build(provider, given("pnpm@10.2.0"));
    const files = Object.keys(layers).filter((path) => !path.endsWith(".json") && path.startsWith("package-manager"));
    expect(files).toEqual([
      "package-manager.toml",
      "package-manager/bin/pnpm",
      "package-manager/bin/pnpx",
      "package-manager/env/npm_config_manage_package_manager_versions.override",
      "package-manager/env/npm_config_package_manager_strict.override",
      "package-manager/env/pnpm_config_pm_on_fail.override",
      "package-manager/lib/pnpm/bin/pnpm.cjs",
    ]);
    expect(layers["package-manager/bin/pnpm"]).toBe("-> ../lib/pnpm/bin/pnpm.cjs");
    expect(String(layers["package-manager.sbom.cdx.json"])).toContain("pkg:npm/pnpm@10.2.0");
  });

  test.for<[string, BuildFixture["plan"], object]>([
    ["not in the image by default", {}, { build: true, launch: false, cache: true }],
    [
      "in the image if another buildpack requires it at launch",
      { node_package_manager: [{ launch: true }] },
      { build: true, launch: true, cache: true },
    ],
  ])("is %s", async ([, plan = {}, types]) => {
    const { parsed } = await build(provider, given("pnpm", { plan }));
    expect(parsed.layers["package-manager"]?.types).toEqual(types);
  });

  test("is reused without a request to the registry, even for a range that no version in buildpack.toml satisfies", async () => {
    const wanted = given("pnpm@~10.1");
    const { layers } = await build(provider, wanted);
    const { log } = await build(provider, { ...wanted, layers, downloads: {} });
    expect(log).toEqual([
      "Using pnpm 10.1.0: BP_NODE_PACKAGE_MANAGER requests ~10.1",
      "pnpm 10.1.0 says 10.1.0; pkg:npm/pnpm@10.1.0",
    ]);
  });

  test("whose request contains a digest is verified by this digest, which is computed as by Corepack", async () => {
    const [pnpm, native, yarn] = [packages[1], packages[4], packages[6]] as readonly [
      PublishedReleases,
      PublishedReleases,
      PublishedReleases,
    ];
    const digests: readonly (readonly [string, string, Uint8Array])[] = [
      ["pnpm@10.1.0", "sha512", tarballs.get(pnpm) as Uint8Array],
      ["pnpm@10.1.0", "sha1", tarballs.get(pnpm) as Uint8Array],
      ["pnpm@12.0.0", "sha224", tarballs.get(native) as Uint8Array],
      ["yarn@4.5.0", "sha512", tarballs.get(yarn) as Uint8Array],
      ["yarn@4.5.0", "sha512", Buffer.from(yarnProgram)],
    ];
    for (const [name, algorithm, bytes] of digests) {
      const app = inPackageJson(`${name}+${algorithm}.${hash(algorithm, bytes)}`);
      const { log } = await build(provider, given("", { app }));
      expect(log.at(-1)).toContain(name.replace("@", " "));
    }
    const app = inPackageJson(`pnpm@10.1.0+sha1.${hash("sha1", new Uint8Array())}`);
    expect((await buildFailure(provider, given("", { app }))).error).toMatchObject({
      code: "NODE_PACKAGE_MANAGER_DIGEST_MISMATCH",
      message: "pnpm 10.1.0 does not match the digest in packageManager of package.json",
    });
  });

  test("that does not run on the installed Node.js is refused, and a requested range selects a compatible version", async () => {
    const old = (wanted: string) => ({
      ...given(wanted),
      env: { NPM_CONFIG_REGISTRY: url, WANTED: wanted, NODE: "v20.20.2" },
    });
    expect((await buildFailure(provider, old("pnpm@11"))).error).toMatchObject({
      code: "NODE_PACKAGE_MANAGER_UNSUITABLE",
      message: "BP_NODE_PACKAGE_MANAGER requests pnpm 11, which does not run on Node.js 20.20.2",
      cause: "pnpm 11.0.0 needs Node.js >=22.13",
    });
    const { log } = await build(provider, old("pnpm@>=9"));
    expect(log.at(-1)).toBe("pnpm 10.2.0 says 10.2.0; pkg:npm/pnpm@10.2.0");
  });

  test("that is not published is refused", async () => {
    expect((await buildFailure(provider, given("pnpm@99"))).error).toMatchObject({
      code: "VERSION_UNAVAILABLE",
      message: "BP_NODE_PACKAGE_MANAGER requests pnpm 99, which is not available for linux/amd64",
    });
  });

  test("comes from the registry in npm's own settings if no other is configured", async () => {
    const commands = { npm: () => ({ stdout: `${url}/\n` }), pnpm: () => ({ stdout: "10.2.0\n" }) };
    const { log } = await build(provider, { ...given("pnpm"), env: { WANTED: "pnpm" }, commands });
    expect(log).toContain(`Downloading ${url}/pnpm/-/pnpm-10.2.0.tgz (registry of the buildpack)`);
  });
});

test("the image gets the build of Bun that runs on all x64 processors", async () => {
  const { log } = await build(provider, given("bun", { plan: { node_package_manager: [{ launch: true }] } }));
  expect(log.at(-1)).toBe("bun 1.4.0 says 1.4.0; pkg:npm/%40oven/bun-linux-x64-baseline@1.4.0");
});

test("a Yarn release in the app is run even if it is not executable", async () => {
  const app = {
    ".yarnrc.yml": "yarnPath: .yarn/releases/yarn.cjs\n",
    ".yarn/releases/yarn.cjs": `console.log(process.env.YARN_IGNORE_PATH === "1" ? "4.1.1" : "another");\n`,
  };
  const { log, layers } = await build(provider, { app });
  expect(log).toEqual(["yarn 4.1.1 says 4.1.1; "]);
  expect(Object.keys(layers).filter((path) => path.includes("/bin/"))).toEqual([
    "package-manager/bin/yarn",
    "package-manager/bin/yarnpkg",
  ]);
});

test("the npm of Node.js is used if it is recent enough", async () => {
  const own: ManagerChoice["name"] = "npm";
  const { log, layers } = await build(provider, { env: { WANTED: own } });
  expect(log).toEqual([expect.stringMatching(/^npm (\d+\.\d+\.\d+) says \1; $/)]);
  expect(Object.keys(layers).filter((path) => path.startsWith("package-manager"))).toEqual([]);
});
