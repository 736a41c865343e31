import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseReleases, renderReleases } from "@libcnb/app-kit/inventory/release-list";
import { readInventory } from "libcnb/standalone";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { official, pythonReleases } from "./releases.ts";

const own = join(import.meta.dirname, "../buildpack.toml");
const program = join(import.meta.dirname, "update.ts");

const file = (version: string, processor: string, kind = "install_only_stripped") =>
  `cpython-${version}-${processor}-unknown-linux-gnu-${kind}.tar.gz`;
const sums = [
  `${"1".repeat(64)}  ${file("3.14.99+20991231", "x86_64")}`,
  `${"2".repeat(64)}  ${file("3.14.99+20991231", "aarch64")}`,
  `${"3".repeat(64)}  ${file("3.14.99+20991231", "x86_64", "install_only")}`,
  `${"4".repeat(64)}  ${file("3.14.99+20991231", "x86_64_v3")}`,
  `${"5".repeat(64)}  ${file("3.14.98+20990101", "x86_64")}`,
  `${"6".repeat(64)}  ${file("3.15.0+20991231", "x86_64")}`,
  `short  ${file("3.13.99+20991231", "x86_64")}`,
  "<html>",
].join("\n");
const served: Readonly<Record<string, string>> = {
  "/latest-release.json": '{"version":1,"tag":"20991231","release_url":"https://x.test"}',
  "/20991231/SHA256SUMS": sums,
  "/20990202/SHA256SUMS": "",
  "/wrong.json": '{"tag":"../20991231"}',
};

const server = createServer(({ url = "" }, response) => {
  response.writeHead(served[url] === undefined ? 404 : 200).end(served[url]);
});
let dir: string;
let copy: string;
let address: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "python-inventory-"));
  copy = join(dir, "buildpack.toml");
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => copyFile(own, copy));
afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true, force: true });
});

/** Runs the command on the copy of the buildpack's own file. */
async function update(...args: readonly string[]) {
  const sources = ["--latest", `${address}/latest-release.json`, "--releases", address];
  const command = ["--conditions=@libcnb/source", program, "--file", copy, ...sources, ...args];
  const env = { ...process.env, NO_PROXY: "127.0.0.1" };
  return new Promise<{ code: number; lines: readonly string[] }>((resolve) => {
    const child = execFile(process.execPath, command, { env }, (_, stdout, stderr) => {
      const text = `${stdout}${stderr}`.replaceAll(dir, "").replaceAll(address, "").trim();
      resolve({ code: child.exitCode ?? -1, lines: text.split("\n") });
    });
  });
}

describe("npm run inventory:python", () => {
  test("adds the archives of the newest release, and a second run changes nothing", async () => {
    const flags = ["--lines", "3.13,3.14", "--newest", "1"];
    const [first, second] = [await update(...flags), await update(...flags, "--check")];
    expect(first.code).toBe(0);
    expect(first.lines.filter((line) => !line.startsWith("dropped"))).toEqual([
      "added 3.14.99 (20991231) for amd64",
      "added 3.14.99 (20991231) for arm64",
      "/buildpack.toml is written",
    ]);
    const { releases } = readInventory(await readFile(copy, "utf8"), "x");
    expect(releases.slice(-2).map(({ version, arch, uri, checksum }) => [version, arch, uri, checksum])).toEqual([
      ["3.14.99", "amd64", `${official}/20991231/${file("3.14.99%2B20991231", "x86_64")}`, `sha256:${"1".repeat(64)}`],
      ["3.14.99", "arm64", `${official}/20991231/${file("3.14.99%2B20991231", "aarch64")}`, `sha256:${"2".repeat(64)}`],
    ]);
    expect(second).toEqual({ code: 0, lines: ["buildpack.toml is up to date with the sources that could be read"] });
  });

  test.for<[string, readonly string[], number, string]>([
    ["a release that is absent", ["--build", "20990303"], 2, "the releases stay unchanged: could not download"],
    [
      "a release without the requested release lines",
      ["--build", "20990202", "--lines", "3.14"],
      2,
      "the releases stay unchanged: /20990202/SHA256SUMS lists no archive of Python 3.14",
    ],
    ["a malformed list of releases", ["--latest", "wrong"], 2, "the releases stay unchanged: "],
    ["a release that is not a date", ["--build", "../x"], 3, "ERROR: --build takes the date of a release"],
    ["malformed release lines", ["--lines", "three"], 3, "ERROR: --lines takes release lines of Python"],
    ["--newest 0", ["--newest", "0"], 3, "ERROR: --lines takes release lines of Python"],
  ])("with %s changes nothing", async ([, flags, code, line]) => {
    const outcome = await update(
      ...flags.map((flag) => (flag === "wrong" ? `${address}/wrong.json` : flag)),
      "--check",
    );
    expect([outcome.code, outcome.lines[0]?.slice(0, line.length)]).toEqual([code, line]);
    expect(await readFile(copy, "utf8")).toBe(readFileSync(own, "utf8"));
  });
});

describe("the inventory in python-engine's buildpack.toml", () => {
  const text = readFileSync(own, "utf8");
  const { releases, defaultVersions } = readInventory(text, "buildpack.toml");

  test("has all release lines for both architectures, with their end of support", () => {
    for (const arch of ["amd64", "arm64"]) {
      const own = releases.filter((each) => each.arch === arch);
      const lines = own.map(({ version, endOfLife }) => [version.replace(/\.\d+$/, ""), endOfLife?.slice(0, 7)]);
      expect([...new Map(lines as [string, string][])]).toEqual([
        ["3.10", "2026-10"],
        ["3.11", "2027-10"],
        ["3.12", "2028-10"],
        ["3.13", "2029-10"],
        ["3.14", "2030-10"],
      ]);
    }
    expect(defaultVersions).toEqual({ python: "3.14" });
  });

  test("has a URL and a checksum for every archive", () => {
    const form = new RegExp(
      `^${official}/(\\d{8})/cpython-3\\.\\d+\\.\\d+%2B\\1-(x86_64|aarch64)-unknown-linux-gnu-install_only_stripped\\.tar\\.gz$`,
    );
    expect(releases.filter(({ uri }) => !form.test(uri))).toEqual([]);
    expect(releases.filter(({ checksum = "" }) => !/^sha256:[0-9a-f]{64}$/.test(checksum))).toEqual([]);
    expect(new Set(releases.map(({ checksum }) => checksum)).size).toBe(releases.length);
  });

  test("equals what npm run inventory:python would write", () => {
    expect(renderReleases(pythonReleases, text, parseReleases(pythonReleases, text))).toBe(text);
  });
});
