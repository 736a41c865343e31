// @needs processes
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import {
  type BuildFixture,
  build,
  buildFailure,
  type FileMap,
  fakeClock,
  rebuild,
  tarball,
  unchecked,
} from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import nodeEngine from "../buildpack.ts";
import { signer } from "./test-signer.ts";

const official = "https://nodejs.org/download/release";
const npm = "lib/node_modules/npm/";
const releaseFiles = (version: string): FileMap => ({
  [`node-v${version}/bin/node`]: "#!/bin/sh\n",
  [`node-v${version}/LICENSE`]: "MIT",
  [`node-v${version}/include/node/node.h`]: "h",
  [`node-v${version}/${npm}bin/npm-cli.js`]: "",
  [`node-v${version}/${npm}package.json`]: '{"version":"6.14.18","license":"Artistic-2.0"}',
});
const archives = Object.fromEntries(
  await Promise.all(
    ["14.21.3", "14.21.2", "99.1.0"].map(async (version) => [version, await tarball(releaseFiles(version))] as const),
  ),
);
const sha256 = (bytes: Uint8Array | undefined) =>
  createHash("sha256")
    .update(bytes ?? "")
    .digest("hex");

const index = JSON.stringify([
  { version: "v99.1.0", files: ["linux-x64", "linux-arm64"], lts: false },
  { version: "v14.21.2", files: ["linux-x64"], lts: "Fermium" },
  { version: "v14.21.3", files: ["linux-x64", "src"], lts: "Fermium" },
  { version: "v14.21.4", files: ["win-x64-zip"], lts: "Fermium" },
  { version: "v0.12.18", files: ["linux-x64"], lts: false },
]);

let releaser: Awaited<ReturnType<typeof signer>>;
let lists: Readonly<Record<string, string>>;
beforeAll(async () => {
  releaser = await signer();
  const list = (version: string) =>
    releaser.sign(
      `${sha256(archives[version])}  node-v${version}-linux-x64.tar.gz\n${"0".repeat(64)}  node-v${version}.tar.gz\n`,
    );
  lists = Object.fromEntries(await Promise.all(Object.keys(archives).map(async (each) => [each, await list(each)])));
});

/** The files of a server with the layout of nodejs.org. */
const served = (at: string) => ({
  [`${at}/index.json`]: unchecked(Buffer.from(index)),
  ...Object.fromEntries(
    Object.keys(archives).flatMap((version) => [
      [`${at}/v${version}/SHASUMS256.txt.asc`, unchecked(Buffer.from(lists[version] ?? ""))],
      [`${at}/v${version}/node-v${version}-linux-x64.tar.gz`, archives[version] ?? ""],
    ]),
  ),
});

const given = (given: Partial<BuildFixture> = {}): BuildFixture => ({
  buildpack: resolve(import.meta.dirname, "../.."),
  bindings: { keys: { type: "node-release-keys", "releaser.asc": releaser.armoredKey } },
  downloads: served(official),
  plan: { node: [{ launch: true }], npm: [{}] },
  ...given,
});
const engines = (node: string): FileMap => ({ "package.json": JSON.stringify({ engines: { node } }) });
/** How a build fails. */
async function failureOf(override: Partial<BuildFixture>) {
  const { error, log, downloads } = await buildFailure(nodeEngine, given(override));
  const { code, message } = error as { readonly code: string; readonly message: string };
  return { code, message, log: log.join("\n"), downloads: downloads.map(({ url }) => url) };
}
const address = (version: string, file: string) => `${official}/v${version}/${file}`;

describe("a release that the inventory does not have", () => {
  test.for([
    ["14.21.2", "14.21.2"],
    ["14.x", "14.21.3"],
    ["^14.0.0 || ^12.0.0", "14.21.3"],
    [">=99", "99.1.0"],
  ])('is the newest published release in the requested range: "%s" selects %s', async ([range = "", version = ""]) => {
    const { downloads, log, parsed } = await build(nodeEngine, given({ app: engines(range) }));
    expect(downloads.map(({ url }) => url)).toEqual([
      `${official}/index.json`,
      address(version, "SHASUMS256.txt.asc"),
      address(version, `node-v${version}-linux-x64.tar.gz`),
    ]);
    expect(log).toContain(`Using Node.js ${version}: engines.node of package.json requests ${range}`);
    expect(log).toContain(
      `Node.js ${version} is not in buildpack.toml: its checksum comes from ${address(version, "SHASUMS256.txt.asc")}, signed by ${releaser.fingerprint}`,
    );
    expect(parsed.layers["node"]?.metadata).toMatchObject({
      node: { version, checksum: `sha256:${sha256(archives[version])}` },
    });
  });

  test("causes a warning after its end of life, and the warning does not mention future long-term support", async () => {
    const { log } = await build(
      nodeEngine,
      given({ app: { ".nvmrc": "lts/fermium" }, clock: fakeClock("2026-11-21T12:00:00Z") }),
    );
    expect(log).toContain("Using Node.js 14.21.3: .nvmrc (lts/fermium) requests 14.x");
    expect(log.filter((line) => /end of life|long-term/.test(line))).toEqual([
      "Node.js 14.21.3 reached its end of life on 2023-04-30: it no longer gets fixes. Use a newer version.",
    ]);
  });

  test("is reused by the next build, and its npm layer has no npx if the release contains no npx", async () => {
    const first = await build(nodeEngine, given({ app: engines("14") }));
    expect(Object.keys(first.layers).filter((path) => path.startsWith("npm/bin"))).toEqual(["npm/bin/npm"]);
    const second = await rebuild(nodeEngine, first);
    expect(second.downloads.map(({ url }) => url)).toEqual([
      `${official}/index.json`,
      address("14.21.3", "SHASUMS256.txt.asc"),
    ]);
    expect(second.layers).toEqual(first.layers);
  });

  test("is downloaded from the mirror, and the SBOM does not mention the mirror", async () => {
    const env = { BP_NODE_MIRROR: "http://mirror.test/node" };
    const outcome = await build(nodeEngine, given({ app: engines("14"), env, downloads: served(env.BP_NODE_MIRROR) }));
    expect(outcome.downloads.every(({ url }) => url.startsWith(env.BP_NODE_MIRROR))).toBe(true);
    expect(String(outcome.layers["node.sbom.cdx.json"])).not.toContain("mirror.test");
    expect(String(outcome.layers["node.sbom.cdx.json"])).toContain(
      address("14.21.3", "node-v14.21.3-linux-x64.tar.gz"),
    );
  });
});

test("a release in the inventory is chosen without reading the published index", async () => {
  const { downloads } = await failureOf({ app: engines(">=20"), downloads: {} });
  expect(downloads).toEqual([expect.stringMatching(/node-v24.*-linux-x64/)]);
});

test("an operator's empty BP_NODE_MIRROR.override disables the user's mirror", async () => {
  const env = { BP_NODE_MIRROR: "http://mirror.test/node" };
  const operatorEnv = { "BP_NODE_MIRROR.override": "", "BP_NODE_RELEASES.override": "inventory" };
  const failure = await failureOf({ app: engines("24"), env, operatorEnv, downloads: {} });
  expect(failure.downloads).toEqual([expect.not.stringContaining("mirror.test")]);
});

describe("the build fails because the inventory lacks the version", () => {
  test("if BP_NODE_RELEASES=inventory forbids reading the index", async () => {
    const env = { BP_NODE_RELEASES: "inventory" };
    expect(await failureOf({ app: engines("14"), env })).toMatchObject({ code: "VERSION_UNAVAILABLE", downloads: [] });
  });

  test.for(["upstream", "", "inventory"])(
    "if the operator overrides BP_NODE_RELEASES with inventory, and the user sets %j",
    async (user) => {
      const env = { BP_NODE_RELEASES: user };
      const operatorEnv = { "BP_NODE_RELEASES.override": "inventory" };
      const failure = await failureOf({ app: engines("14"), env, operatorEnv, downloads: served(official) });
      expect(failure).toMatchObject({ code: "VERSION_UNAVAILABLE", downloads: [] });
    },
  );

  test("if Node.js comes from an npm registry", async () => {
    const env = { BP_NODE_DISTRIBUTION: "npm" };
    expect(await failureOf({ app: engines("14"), env })).toMatchObject({ code: "VERSION_UNAVAILABLE", downloads: [] });
  });

  test("if no release matches the range or the architecture", async () => {
    const none = "The Node.js project publishes no release that matches";
    for (const [range, arch, log] of [
      ["13", "amd64", `${none} 13 for linux-x64, either`],
      ["14", "arm64", `${none} 14 for linux-arm64, either`],
    ] as const) {
      const target = { os: "linux", arch } as const;
      expect(await failureOf({ app: engines(range), target })).toMatchObject({
        code: "VERSION_UNAVAILABLE",
        log: expect.stringContaining(log),
      });
    }
  });

  test.for([
    ["cannot be reached", undefined],
    ["is an HTML page", "<html>"],
    ["has an unknown structure", '[{"version":"14.21.3"}]'],
  ])("if index.json %s, and the log reports the reason", async ([, text]) => {
    const downloads = text === undefined ? {} : { [`${official}/index.json`]: unchecked(Buffer.from(text)) };
    const failure = await failureOf({ app: engines("14"), downloads });
    expect(failure).toMatchObject({
      code: "VERSION_UNAVAILABLE",
      log: expect.stringMatching(/(cannot read \S+index\.json: |index\.json is not the index of Node\.js releases: )/),
    });
  });
});

describe("the build refuses", () => {
  const signed = address("14.21.3", "SHASUMS256.txt.asc");
  const failureWith = async (list: string, override: Partial<BuildFixture> = {}) => {
    const downloads = { ...served(official), [signed]: unchecked(Buffer.from(list)) };
    return failureOf({ app: engines("14.21.3"), downloads, ...override });
  };

  test("a list of checksums that is signed by another key", async () => {
    const list = await (await signer()).sign(lists["14.21.3"] ?? "");
    const { code, message, downloads } = await failureWith(list);
    expect([code, downloads.length]).toEqual(["NODE_RELEASE_UNVERIFIED", 2]);
    expect(message).toMatch(/^Node\.js 14\.21\.3 cannot be verified: .* which is not a release key$/);
  });

  test("a list of checksums if no binding contains the key that signed it", async () => {
    const { code } = await failureWith(lists["14.21.3"] ?? "", { bindings: {} });
    expect(code).toBe("NODE_RELEASE_UNVERIFIED");
  });

  test("the correctly signed list of checksums of another release", async () => {
    const { message } = await failureWith(lists["14.21.2"] ?? "");
    expect(message).toBe(
      `Node.js 14.21.3 cannot be verified: ${signed} has no checksum of the archive for linux/amd64`,
    );
  });

  test("an archive whose checksum differs from the list", async () => {
    const archive = address("14.21.3", "node-v14.21.3-linux-x64.tar.gz");
    const downloads = { ...served(official), [archive]: archives["14.21.2"] ?? "" };
    expect(await failureOf({ app: engines("14.21.3"), downloads })).toMatchObject({
      code: "DOWNLOAD_CHECKSUM_MISMATCH",
    });
  });

  test("a binding with an invalid keyring", async () => {
    const bindings = { keys: { type: "node-release-keys", "releaser.asc": "-----BEGIN PGP PUBLIC KEY BLOCK-----" } };
    const { code, message } = await failureWith("", { bindings });
    expect([code, message]).toEqual([
      "NODE_RELEASE_KEYS_INVALID",
      "the entry releaser.asc of the binding keys is not an OpenPGP keyring",
    ]);
  });
});
