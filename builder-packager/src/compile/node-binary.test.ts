import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../reporter.ts";
import { nodeBinary } from "./node-binary.ts";
import { hostArchitecture, nodeRelease } from "./node-release.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "node-binary-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const foreign = hostArchitecture() === "arm64" ? "amd64" : "arm64";
const { name } = nodeRelease.packages[foreign];

/** No npm cache, and a registry where nobody listens. */
const env = () => ({
  ...process.env,
  LIBCNB_CACHE_DIR: join(root, "cache"),
  npm_config_cache: join(root, "npm"),
  npm_config_registry: "http://127.0.0.1:9/",
  npm_config_fetch_retries: "0",
});

test("an unreachable registry is one clear error and leaves nothing in the cache", async () => {
  const options = { env: env(), cwd: root, reporter: silentReporter };
  await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
    code: "NODE_BINARY_UNAVAILABLE",
    message: `the package ${name}@24.21.0 could not be fetched`,
    hint: `Check \`npm config get registry\` and \`npm view ${name}@24.21.0\`.`,
    cause: { message: expect.stringContaining("ECONNREFUSED") },
  });
  expect(await readdir(join(root, "cache/node"))).toEqual([]);
});

test("without npm the error says so", async () => {
  const options = {
    env: { LIBCNB_CACHE_DIR: join(root, "cache"), PATH: join(root, "none") },
    cwd: root,
    reporter: silentReporter,
  };
  await expect(nodeBinary(foreign, options)).rejects.toMatchObject({
    code: "NODE_BINARY_UNAVAILABLE",
    message: "npm could not be started",
    hint: "Put npm on PATH; it fetches the Node.js binary with your registry's settings.",
  });
});
