// @needs processes
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
import { javaReleases } from "./releases.ts";

const own = join(import.meta.dirname, "../buildpack.toml");
const program = join(import.meta.dirname, "update.ts");

const asset = (name: string, digest: string | null) => ({
  name,
  browser_download_url: `https://x.test/${name}`,
  digest,
});
const sha = (digit: string) => digit.repeat(64);
const served: Readonly<Record<string, unknown>> = {
  "/repos/bell-sw/Liberica/releases": [
    {
      assets: [
        asset("bellsoft-jdk21.0.99+9-linux-amd64.tar.gz", `sha256:${sha("1")}`),
        asset("bellsoft-jre21.0.99+9-linux-aarch64.tar.gz", `sha256:${sha("2")}`),
        asset("bellsoft-jdk21.0.99+9-linux-amd64-full.tar.gz", `sha256:${sha("3")}`),
        asset("bellsoft-jdk17.0.99+9-linux-amd64.tar.gz", `sha256:${sha("4")}`),
        asset("bellsoft-jre21.0.98+9-linux-amd64.tar.gz", null),
      ],
    },
  ],
  "/repos/adoptium/temurin21-binaries/releases": { message: "rate limit exceeded" },
  "/metadata/v1/zulu/packages/": [
    {
      name: "zulu21.99.1-ca-jdk21.0.99.1-linux_x64.tar.gz",
      download_url: "https://x.test/zulu21.99.1-ca-jdk21.0.99.1-linux_x64.tar.gz",
      sha256_hash: sha("5"),
    },
  ],
};

const server = createServer(({ url = "" }, response) => {
  const found = served[new URL(url, "http://x").pathname];
  response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found));
});
let dir: string;
let copy: string;
let address: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-inventory-"));
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
  const command = ["--conditions=@libcnb/source", program, "--file", copy, "--github", address, "--azul", address];
  const env = { ...process.env, NO_PROXY: "127.0.0.1" };
  return new Promise<{ code: number; lines: readonly string[] }>((resolve) => {
    const child = execFile(process.execPath, [...command, ...args], { env }, (_, stdout, stderr) => {
      const text = `${stdout}${stderr}`.replaceAll(dir, "").replaceAll(address, "").trim();
      resolve({ code: child.exitCode ?? -1, lines: text.split("\n") });
    });
  });
}

describe("npm run inventory:java", () => {
  test("adds the newest releases with checksums, and keeps the entries of release lines that cannot be read", async () => {
    const { code, lines } = await update("--lines", "21", "--newest", "1");
    expect(code).toBe(0);
    expect(lines.filter((line) => !line.startsWith("dropped"))).toEqual([
      expect.stringMatching(
        /^the releases of temurin 21 stay unchanged: .*\/repos\/adoptium\/temurin21-binaries\/releases\?per_page=40/,
      ),
      "added liberica-jdk 21.0.99+9 for amd64",
      "added liberica-jre 21.0.99+9 for arm64",
      "added zulu-jdk 21.0.99.1 for amd64",
      "/buildpack.toml is written",
    ]);
    const { releases } = readInventory(await readFile(copy, "utf8"), "x");
    expect(
      releases
        .filter(({ version }) => version.startsWith("21.0.99"))
        .map(({ id, arch, uri, checksum }) => [id, arch, uri, checksum]),
    ).toEqual([
      ["liberica-jdk", "amd64", "https://x.test/bellsoft-jdk21.0.99+9-linux-amd64.tar.gz", `sha256:${sha("1")}`],
      ["liberica-jre", "arm64", "https://x.test/bellsoft-jre21.0.99+9-linux-aarch64.tar.gz", `sha256:${sha("2")}`],
      ["zulu-jdk", "amd64", "https://x.test/zulu21.99.1-ca-jdk21.0.99.1-linux_x64.tar.gz", `sha256:${sha("5")}`],
    ]);
    expect(releases.filter(({ id }) => id.startsWith("temurin")).map(({ version }) => version)).toEqual([
      "21.0.12+8",
      "21.0.12.1+1",
      "21.0.12+8",
      "21.0.12.1+1",
    ]);
  });

  test.for<[string, readonly string[], number, string]>([
    ["malformed release lines", ["--lines", "LTS"], 3, "ERROR: --lines takes release lines of Java"],
    ["a number below 1", ["--newest", "0"], 3, "ERROR: --lines takes release lines of Java"],
    ["a source that cannot be read", ["--lines", "25"], 2, "the releases of temurin 25 stay unchanged: "],
  ])("changes nothing with %s", async ([, flags, code, line]) => {
    const outcome = await update(...flags, "--check");
    expect([outcome.code, outcome.lines[0]?.slice(0, line.length)]).toEqual([code, line]);
    expect(await readFile(copy, "utf8")).toBe(readFileSync(own, "utf8"));
  });
});

describe("the buildpack's inventory", () => {
  const text = readFileSync(own, "utf8");
  const { releases } = readInventory(text, "buildpack.toml");
  const eachId = ["liberica", "temurin", "zulu"].flatMap((distribution) => [
    `${distribution}-jdk`,
    `${distribution}-jre`,
  ]);

  test.for(eachId)("has all release lines of %s for both architectures, with their end of support", (id) => {
    for (const arch of ["amd64", "arm64"]) {
      const own = releases.filter((each) => each.id === id && each.arch === arch);
      const lines = own.map(({ version, endOfLife }) => [version.split(".")[0], endOfLife?.slice(0, 7)]);
      expect([...new Map(lines as [string, string][])]).toEqual([
        ["8", "2030-11"],
        ["11", "2027-10"],
        ["17", "2027-10"],
        ["21", "2029-12"],
        ["25", "2031-09"],
      ]);
    }
  });

  test("has the distribution's own URL and checksum for every archive", () => {
    const form =
      /^https:\/\/(github\.com\/(bell-sw\/Liberica|adoptium\/temurin\d+-binaries)\/releases\/download|cdn\.azul\.com\/zulu\/bin)\//;
    expect(releases.filter(({ uri }) => !form.test(uri))).toEqual([]);
    expect(releases.filter(({ checksum = "" }) => !/^sha256:[0-9a-f]{64}$/.test(checksum))).toEqual([]);
    expect(new Set(releases.map(({ checksum }) => checksum)).size).toBe(releases.length);
  });

  test("has the format that the command writes", () => {
    expect(renderReleases(javaReleases, text, parseReleases(javaReleases, text))).toBe(text);
  });
});
