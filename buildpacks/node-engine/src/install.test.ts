// @needs cc, python3
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { chooseNode, npmFor } from "./choose.ts";
import { settings } from "./contract.ts";
import { installHeaders, installNpm, installRuntime } from "./install.ts";

const exec = promisify(execFile);

/** Proxies and certificate authorities of this machine. */
const machineEnv = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));

const { npm_config_registry: registry = (await exec("npm", ["config", "get", "registry"])).stdout.trim() } =
  process.env;

/** A module in C, which node-gyp compiles. */
const addOn = {
  "package.json": '{"name":"add-on","version":"1.0.0","gypfile":true}',
  "binding.gyp": '{"targets":[{"target_name":"add_on","sources":["add_on.c"]}]}',
  "add_on.c": `#include <node_api.h>
static napi_value init(napi_env env, napi_value exports) { napi_value it; napi_create_int32(env, 42, &it); return it; }
NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
`,
};

test("the npm packages in the inventory install a working Node.js, whose npm compiles native modules", async () => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-node-"));
  const at = (...names: string[]) => join(dir, ...names);
  const versions: string[] = [];
  const installer = defineBuildpack({
    config: settings,
    detect: () => pass(),
    async build(context) {
      const { download, inventory, target } = context;
      const requests = [{ wanted: "24", source: "test" }];
      const node = await chooseNode(requests, { ...context, lines: new Map() });
      const chosen = { node, npm: await npmFor(node, inventory) };
      versions.push(node.version, chosen.npm?.version ?? "");
      await unpacking(download, async (unpack) => {
        await installRuntime(unpack, chosen, at("node"));
        await installNpm(unpack, chosen, at("npm"));
        await installHeaders(unpack, chosen, target, at("headers"));
      });
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
    expect([await readdir(at("node")), await readdir(at("npm"))]).toEqual([
      ["LICENSE", "bin"],
      ["bin", "lib"],
    ]);
    const env = {
      PATH: `${at("node/bin")}:${at("npm/bin")}:/usr/bin:/bin`,
      HOME: dir,
      // nobody answers there: what is not in the headers' layer cannot be had
      HTTPS_PROXY: "http://127.0.0.1:9",
      NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR: at("headers"),
    };
    expect((await exec("node", ["--version"], { env })).stdout).toBe(`v${node}\n`);
    expect((await exec("npm", ["--version"], { env })).stdout).toBe(`${npm}\n`);
    expect((await exec("npx", ["--version"], { env })).stdout).toBe(`${npm}\n`);
    for (const [name, text] of Object.entries(addOn)) await writeFile(at(name), text);
    await exec("npm", ["install"], { env, cwd: dir });
    const loaded = await exec("node", ["--print", 'require("./build/Release/add_on.node")'], { env, cwd: dir });
    expect(loaded.stdout).toBe("42\n");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
