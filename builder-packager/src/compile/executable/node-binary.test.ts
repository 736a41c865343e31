// @needs processes
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentReporter } from "../../reporter.ts";
import { nodeBinary } from "./node-binary.ts";
import { hostArchitecture, nodeRelease } from "./node-release.ts";

let root: string;
let server: Server | undefined;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "node-binary-"));
});
afterEach(async () => {
  server?.close();
  await rm(root, { recursive: true, force: true });
});

const foreign = hostArchitecture() === "arm64" ? "amd64" : "arm64";
const { name } = nodeRelease.packages[foreign];

/** No npm cache, and by default a registry where nobody listens. */
const env = (registry = "http://127.0.0.1:9/") => ({
  ...process.env,
  LIBCNB_CACHE_DIR: join(root, "cache"),
  npm_config_cache: join(root, "npm"),
  npm_config_registry: registry,
  npm_config_fetch_retries: "0",
});

test("an unreachable npm registry causes one clear error and leaves no files in the cache", async () => {
  const options = { env: env(), cwd: root, reporter: silentReporter };
  await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
    code: "NODE_BINARY_UNAVAILABLE",
    message: `npm could not fetch the package ${name}@24.21.0`,
    hint: `Check \`npm config get registry\` and \`npm view ${name}@24.21.0\`.`,
    cause: { message: expect.stringContaining("ECONNREFUSED") },
  });
  expect(await readdir(join(root, "cache/node"))).toEqual([]);
});

test("a missing npm executable is reported", async () => {
  const options = {
    env: { LIBCNB_CACHE_DIR: join(root, "cache"), PATH: join(root, "none") },
    cwd: root,
    reporter: silentReporter,
  };
  await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
    code: "NODE_BINARY_UNAVAILABLE",
    message: "cannot download the Node.js binary: npm could not be started",
    hint: "Install npm, or add its directory to PATH. cnb downloads the Node.js binary with npm.",
  });
});

/** A registry with a package of the right name and version, consistent in itself, with a program of somebody else's. */
async function lyingRegistry(): Promise<string> {
  await mkdir(join(root, "package/bin"), { recursive: true });
  await writeFile(join(root, "package/package.json"), JSON.stringify({ name, version: nodeRelease.version }));
  await writeFile(join(root, "package/bin/node"), "#!/bin/sh\necho evil\n", { mode: 0o755 });
  expect(spawnSync("tar", ["-czf", join(root, "x.tgz"), "-C", root, "package"]).status).toBe(0);
  const tarball = await readFile(join(root, "x.tgz"));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    const dist = { tarball: `${url}/x.tgz`, integrity };
    const versions = { [nodeRelease.version]: { name, version: nodeRelease.version, dist } };
    response.end(request.url === "/x.tgz" ? tarball : JSON.stringify({ name, versions }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("a Node.js binary with an unexpected checksum", () => {
  test("is refused, whatever digest the npm registry states", async () => {
    const options = { env: env(await lyingRegistry()), cwd: root, reporter: silentReporter };
    const digest = `sha512-${createHash("sha512")
      .update(await readFile(join(root, "x.tgz")))
      .digest("base64")}`;
    await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
      code: "NODE_BINARY_UNAVAILABLE",
      message: `the npm package ${name}@24.21.0 has the digest ${digest}, not ${nodeRelease.packages[foreign].integrity}`,
      hint: "The registry serves a different file than the official one: check `npm config get registry`.",
    });
    expect(await readdir(join(root, "cache/node"))).toEqual([]);
  });

  test("in the cache is downloaded again", async () => {
    const dir = join(root, "cache/node", `${nodeRelease.version}-linux-${foreign}`);
    await mkdir(join(dir, "bin"), { recursive: true });
    await writeFile(join(dir, "bin/node"), "evil");
    const options = { env: env(), cwd: root, reporter: silentReporter };
    await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
      message: expect.stringContaining("npm could not fetch the package"),
    });
    expect(await readdir(join(root, "cache/node"))).toEqual([]);
  });
});

describe("the pinned version of Node.js", () => {
  test("equals the version in this repository's lock file", async () => {
    const { packages } = JSON.parse(await readFile(new URL("../../../../package-lock.json", import.meta.url), "utf8"));
    for (const each of Object.values(nodeRelease.packages)) {
      const { version, integrity } = packages[`node_modules/${each.name}`];
      expect({ version, integrity }).toEqual({ version: nodeRelease.version, integrity: each.integrity });
    }
  });

  test("has the recorded versions of its components", async () => {
    const own = hostArchitecture() ?? "amd64";
    const { file } = await nodeBinary(own, { env: env(), cwd: root, reporter: silentReporter });
    const { stdout } = spawnSync(file, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toMatchObject({ node: nodeRelease.version, ...nodeRelease.contains });
  });
});
