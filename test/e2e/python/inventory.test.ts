import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openHost, updateInventory } from "@libcnb/packager";
import { parseToml } from "libcnb/spec";
import { readInventory } from "libcnb/standalone";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../support/cnb.ts";

const own = readFileSync(join(root, "buildpacks/python-engine/buildpack.toml"), "utf8");
const official = "https://github.com/astral-sh/python-build-standalone/releases/download";
const latest = "https://raw.githubusercontent.com/astral-sh/python-build-standalone/latest-release/latest-release.json";

const file = (version: string, processor: string, kind = "install_only_stripped") =>
  `cpython-${version}-${processor}-unknown-linux-gnu-${kind}.tar.gz`;
const newSums = [
  `${"1".repeat(64)}  ${file("3.14.99+20991231", "x86_64")}`,
  `${"2".repeat(64)}  ${file("3.14.99+20991231", "aarch64")}`,
  `${"3".repeat(64)}  ${file("3.14.99+20991231", "x86_64", "install_only")}`,
  `${"4".repeat(64)}  ${file("3.14.99+20991231", "x86_64_v3")}`,
  `${"5".repeat(64)}  ${file("3.15.0rc1+20991231", "x86_64")}`,
  `short  ${file("3.13.99+20991231", "x86_64")}`,
  "<html>",
].join("\n");

const { releases, defaultVersions } = readInventory(own, "buildpack.toml");
/** The SHA256SUMS of upstream's release from which the inventory was written. */
const recordedSums = releases
  .map(
    ({ uri, checksum = "" }) => `${checksum.slice("sha256:".length)}  ${decodeURIComponent(uri.replace(/.*\//, ""))}`,
  )
  .join("\n");

const documents: Record<string, string> = { "/20260814/SHA256SUMS": recordedSums, "/20991231/SHA256SUMS": newSums };
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(({ url: path = "" }, response) => {
    response.writeHead(documents[path] === undefined ? 404 : 200).end(documents[path]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Updates a text of the buildpack's file from a release on the loopback interface. */
async function update(text: string, newest: string) {
  documents["/latest.json"] = newest;
  const sources = text.replace(latest, `${url}/latest.json`).replace(`${official}/{tag}`, `${url}/{tag}`);
  return updateInventory({ file: "buildpack.toml", text: sources }, await openHost());
}

const tag = (name: string): string => JSON.stringify({ version: 1, tag: name, release_url: "https://x.test" });

const dependenciesIn = (text: string): readonly { readonly version: string; readonly arch: string }[] =>
  (parseToml(text, "buildpack.toml") as never)["metadata"]["dependencies"];
const inOrder = (text: string) =>
  dependenciesIn(text).toSorted((a, b) => a.version.localeCompare(b.version) || a.arch.localeCompare(b.arch));

describe("an update of the inventory of python-engine", () => {
  test("writes the same entries again from the release of upstream that they are from", async () => {
    const first = own.indexOf("[[metadata.dependencies]]");
    const withOne = own.slice(0, own.indexOf("[[metadata.dependencies]]", first + 1));
    const { text, failures, outside } = await update(withOne, tag("20260814"));
    expect({ failures, outside }).toEqual({ failures: [], outside: [] });
    expect(inOrder(text)).toEqual(inOrder(own));
  });

  test("adds the archives of the newest release, and changes nothing the second time", async () => {
    const first = await update(own, tag("20991231"));
    expect(first.changes.map(({ change, version, arch }) => [change, version, arch])).toEqual([
      ["added", "3.14.99", "amd64"],
      ["added", "3.14.99", "arm64"],
    ]);
    const added = readInventory(first.text, "x").releases.filter(({ version }) => version === "3.14.99");
    expect(added.map(({ arch, uri, checksum }) => [arch, uri, checksum])).toEqual([
      ["amd64", `${official}/20991231/${file("3.14.99%2B20991231", "x86_64")}`, `sha256:${"1".repeat(64)}`],
      ["arm64", `${official}/20991231/${file("3.14.99%2B20991231", "aarch64")}`, `sha256:${"2".repeat(64)}`],
    ]);
    expect((await update(first.text, tag("20991231"))).changes).toEqual([]);
  });

  test.for([
    ["the newest release has no list of checksums", tag("20990303")],
    ["the document about the newest release is not JSON", "<html>"],
  ] as const)("changes nothing if %s", async ([, newest]) => {
    const { changes, failures } = await update(own, newest);
    expect({ changes, failed: failures.map(({ ids }) => ids) }).toEqual({ changes: [], failed: [["python"]] });
  });
});

describe("the inventory of python-engine", () => {
  test("has all release lines for both architectures, with their end of support", () => {
    for (const arch of ["amd64", "arm64"]) {
      const lines = releases
        .filter((each) => each.arch === arch)
        .map(({ version, endOfLife }) => [version.replace(/\.\d+$/, ""), endOfLife?.slice(0, 7)]);
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
});
