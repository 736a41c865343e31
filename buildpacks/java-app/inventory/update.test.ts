// @needs mvn
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parseReleases, renderReleases } from "@libcnb/app-kit/inventory/release-list";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refresh } from "./refresh.ts";
import { lineOf, toolReleases } from "./releases.ts";
import { centralOf, installedCentral } from "./upstream.ts";

const ownText = (name: string) => readFileSync(join(import.meta.dirname, `../../${name}/buildpack.toml`), "utf8");
const sha = (digit: string, length: number) => digit.repeat(length);
const metadata = (versions: readonly string[]) =>
  `<metadata><versioning><versions>${versions.map((version) => `<version>${version}</version>`).join("")}</versions></versioning></metadata>`;

const maven = "/org/apache/maven/apache-maven";
const served: Readonly<Record<string, string>> = {
  [`${maven}/maven-metadata.xml`]: metadata(["3.8.9", "3.9.98", "3.9.99", "3.99.0", "4.0.0-rc-4", "2.2.1"]),
  [`${maven}/3.9.99/apache-maven-3.9.99-bin.tar.gz.sha512`]: sha("1", 128),
  [`${maven}/3.99.0/apache-maven-3.99.0-bin.tar.gz.sha512`]: `${sha("2", 128)}  apache-maven-3.99.0-bin.tar.gz\n`,
  "/versions/all": JSON.stringify(
    ["99.0", "9.99.1-rc-1", "9.99", "9.98.7", "8.14.5", "6.9.4", "7.6.6"].map((version) => ({ version })),
  ),
  "/distributions/gradle-9.99-bin.zip.sha256": sha("3", 64),
  "/org/apache/tomcat/tomcat/maven-metadata.xml": metadata(["9.0.999", "10.0.27", "10.1.59", "11.0.25"]),
  "/org/apache/tomcat/tomcat/9.0.999/tomcat-9.0.999.tar.gz.sha512": sha("4", 128),
};

async function read(url: string): Promise<string> {
  const text = served[url.replace("https://x.test", "")];
  if (text === undefined) throw new Error(`there is no ${url}`);
  return text;
}
const refreshed = async (name: string, lines: readonly string[] = [], sources = "https://x.test") => {
  const looking = { sources: { central: sources, gradle: sources }, read, lines };
  const { text, ...reported } = await refresh(ownText(name), looking);
  const before = new Set(parseReleases(toolReleases, ownText(name)).map(({ tool, version }) => `${tool} ${version}`));
  return {
    ...reported,
    added: parseReleases(toolReleases, text).filter(({ tool, version }) => !before.has(`${tool} ${version}`)),
  };
};

describe("an update of the inventory of Java tools", () => {
  test("adds the newest release of each release line of Maven and Gradle, and reports newer release lines", async () => {
    expect(await refreshed("java-build")).toEqual({
      failures: [],
      changes: [
        "added maven 3.9.99",
        "added gradle 9.99",
        "maven also has the line 3.99: --lines maven-3.99 adds it",
        "gradle also has the line 99: --lines gradle-99 adds it",
      ],
      added: [
        {
          tool: "maven",
          version: "3.9.99",
          uri: "https://archive.apache.org/dist/maven/maven-3/3.9.99/binaries/apache-maven-3.9.99-bin.tar.gz",
          checksum: `sha512:${sha("1", 128)}`,
        },
        {
          tool: "gradle",
          version: "9.99",
          uri: "https://services.gradle.org/distributions/gradle-9.99-bin.zip",
          checksum: `sha256:${sha("3", 64)}`,
        },
      ],
    });
  });

  test("adds the newest release of each release line of Tomcat", async () => {
    expect(await refreshed("java-start")).toEqual({
      failures: [],
      changes: ["added tomcat 9.0.999"],
      added: [
        {
          tool: "tomcat",
          version: "9.0.999",
          uri: "https://archive.apache.org/dist/tomcat/tomcat-9/v9.0.999/bin/apache-tomcat-9.0.999.tar.gz",
          checksum: `sha512:${sha("4", 128)}`,
        },
      ],
    });
  });

  test("adds the newest release of a requested release line", async () => {
    const { added } = await refreshed("java-build", ["maven-3.99"]);
    expect(added.map(({ version }) => version)).toEqual(["3.9.99", "3.99.0", "9.99"]);
  });

  test("keeps the releases of a tool whose repository cannot be read", async () => {
    expect(await refreshed("java-build", ["gradle-99"])).toMatchObject({
      failures: [
        "the releases of gradle stay unchanged: there is no https://x.test/distributions/gradle-99.0-bin.zip.sha256",
      ],
      added: [{ version: "3.9.99" }],
    });
    const nowhere = await refreshed("java-start", [], "https://other.test");
    expect(nowhere).toEqual({
      failures: [
        "the releases of tomcat stay unchanged: there is no https://other.test/org/apache/tomcat/tomcat/maven-metadata.xml",
      ],
      changes: [],
      added: [],
    });
  });
});

describe("npm run inventory:java-tools", () => {
  const server = createServer(({ url = "" }, response) => {
    const found = served[url];
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  test("reports newer releases for both buildpacks and changes nothing with --check", async () => {
    const before = ["java-build", "java-start"].map(ownText);
    const args = ["--check", "--central", address, "--gradle", address];
    const command = ["--conditions=@libcnb/source", join(import.meta.dirname, "update.ts"), ...args];
    const env = { ...process.env, NO_PROXY: "127.0.0.1" };
    const { code, lines } = await new Promise<{ code: number | null; lines: readonly string[] }>((resolve) => {
      const child = execFile(process.execPath, command, { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, lines: `${stdout}${stderr}`.trim().split("\n") }),
      );
    });
    expect({ code, added: lines.filter((line) => line.startsWith("added")) }).toEqual({
      code: 1,
      added: ["added maven 3.9.99", "added gradle 9.99", "added tomcat 9.0.999"],
    });
    expect(["java-build", "java-start"].map(ownText)).toEqual(before);
  });
});

test.for(["java-build", "java-start"])("the inventory of %s is formatted as the update command writes it", (name) => {
  expect(renderReleases(toolReleases, ownText(name), parseReleases(toolReleases, ownText(name)))).toBe(ownText(name));
});

test.for<["maven" | "gradle" | "tomcat", string, string]>([
  ["maven", "3.9.16", "3.9"],
  ["gradle", "8.14.5", "8"],
  ["gradle", "9.0", "9"],
  ["tomcat", "10.1.59", "10.1"],
])("%s %s belongs to the release line %s", ([tool, version, line]) => {
  expect(lineOf({ tool, version })).toBe(line);
});

test("the update of the inventory uses the Maven repository configured on this machine", async () => {
  expect(await installedCentral()).toMatch(/^https:\/\/[^/]+\/\S*[^/]$/);
});

test("reading the configured Maven repository from a directory that is not a Maven installation is an error", async () => {
  await expect(centralOf(import.meta.dirname)).rejects.toThrow(`${import.meta.dirname} is not a Maven installation`);
});
