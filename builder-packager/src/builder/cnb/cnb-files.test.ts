// @needs processes
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hostArchitecture } from "../../compile/executable/node-release.ts";
import { silentReporter } from "../../reporter.ts";
import { cnbReader } from "./cnb-files.ts";

test("cnb fetches the Node.js of a builder once, for its binary and its license", async () => {
  const dir = await mkdtemp(join(tmpdir(), "cnb-files-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const env = {
    ...process.env,
    LIBCNB_CACHE_DIR: join(dir, "cache"),
    npm_config_cache: join(dir, "npm"),
    npm_config_registry: "http://127.0.0.1:9/", // nobody listens there
    npm_config_fetch_retries: "0",
  };
  const progress: string[] = [];
  const read = cnbReader({ env, cwd: dir, reporter: { ...silentReporter, info: (text) => progress.push(text) } });
  const foreign = hostArchitecture() === "arm64" ? "amd64" : "arm64"; // not installed next to cnb
  await expect(read(foreign, new AbortController().signal)).rejects.toMatchObject({ code: "NODE_BINARY_UNAVAILABLE" });
  expect(progress).toEqual([expect.stringMatching(/^Fetching node-linux-/)]);
});
