import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { install, whyInstalled } from "./install.ts";
import { npmIntegrity, readInventory, releasesFor } from "./inventory.ts";
import { tarballUrl } from "./registry.ts";
import { chooseRelease } from "./version.ts";

const exec = promisify(execFile);

/** Proxies and certificate authorities of this machine. */
const machineEnv = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));

const { npm_config_registry: registry = (await exec("npm", ["config", "get", "registry"])).stdout.trim() } =
  process.env;

test("the real packages of the inventory give a Node.js that runs, with npm", async () => {
  const descriptor = await readFile(join(import.meta.dirname, "../buildpack.toml"), "utf8");
  const inventory = readInventory(parseToml(descriptor, "buildpack.toml").metadata);
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const release = chooseRelease(releasesFor(inventory, "npm", arch), { range: "24", source: "test" }, arch);
  const wanted = (name: string, version: string, integrity: string) => ({
    url: tarballUrl(registry.replace(/\/$/, ""), name, version),
    integrity,
  });
  const dir = await mkdtemp(join(tmpdir(), "libcnb-node-"));
  try {
    const npm = wanted("npm", release.npm ?? "", npmIntegrity(inventory, release.npm ?? ""));
    await install({ node: wanted(release.path, release.version, release.integrity), npm }, dir, machineEnv);
    const env = { PATH: `${join(dir, "bin")}:/usr/bin:/bin`, HOME: dir };
    expect((await exec("node", ["--version"], { env })).stdout).toBe(`v${release.version}\n`);
    expect((await exec("npm", ["--version"], { env })).stdout).toBe(`${release.npm}\n`);
    expect((await exec("npx", ["--version"], { env })).stdout).toBe(`${release.npm}\n`);
    expect((await readdir(dir)).filter((name) => name !== ".npm")).toEqual(["LICENSE", "bin", "lib"]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("of what changed, the version is told rather than the digests", () => {
  const version = { field: "version", from: "20.20.2", to: "22.23.3" };
  const integrity = { field: "integrity", from: "sha512-a", to: "sha512-b" };
  expect(whyInstalled({ kind: "metadata-changed", changes: [integrity, version] })).toBe(
    'version changed from "20.20.2" to "22.23.3"',
  );
  expect(whyInstalled({ kind: "metadata-changed", changes: [integrity] })).toBe(
    'integrity changed from "sha512-a" to "sha512-b"',
  );
  expect(whyInstalled({ kind: "absent" })).toBe("no cached layer");
});
