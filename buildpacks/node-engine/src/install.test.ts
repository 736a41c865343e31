import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { choose } from "./choose.ts";
import { install } from "./install.ts";

const exec = promisify(execFile);

/** Proxies and certificate authorities of this machine. */
const machineEnv = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));

const { npm_config_registry: registry = (await exec("npm", ["config", "get", "registry"])).stdout.trim() } =
  process.env;

test("the real packages of the inventory give a Node.js that runs, with npm", async () => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-node-"));
  const versions: string[] = [];
  const installer = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      const chosen = await choose(context, [{ range: "24", source: "test" }]);
      versions.push(chosen.node.version, chosen.npm?.version ?? "");
      await install(context.inventory, chosen, dir);
    },
  });
  try {
    await build(installer, {
      buildpack: resolve(import.meta.dirname, ".."),
      downloads: "real",
      inherited: machineEnv,
      env: { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: registry },
      target: { os: "linux", arch: process.arch === "arm64" ? "arm64" : "amd64" },
    });
    const [node, npm] = versions;
    const env = { PATH: `${join(dir, "bin")}:/usr/bin:/bin`, HOME: dir };
    expect((await exec("node", ["--version"], { env })).stdout).toBe(`v${node}\n`);
    expect((await exec("npm", ["--version"], { env })).stdout).toBe(`${npm}\n`);
    expect((await exec("npx", ["--version"], { env })).stdout).toBe(`${npm}\n`);
    expect((await readdir(dir)).filter((name) => name !== ".npm")).toEqual(["LICENSE", "bin", "lib"]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
