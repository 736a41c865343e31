import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { descriptorOf, mavenHost, releasesIn, updateFrom } from "../../support/recorded-indexes.ts";

const sha = (digit: string, length: number) => digit.repeat(length);
const metadata = (versions: readonly string[]) =>
  `<metadata><versioning><versions>${versions.map((version) => `<version>${version}</version>`).join("")}</versions></versioning></metadata>`;

const maven = `${mavenHost}/org/apache/maven/apache-maven`;
const tomcat = `${mavenHost}/org/apache/tomcat/tomcat`;
const tools: Readonly<Record<string, string>> = {
  [`${maven}/maven-metadata.xml`]: metadata(["3.8.9", "3.9.98", "3.9.99", "3.99.0", "4.0.0-rc-4", "2.2.1"]),
  [`${maven}/3.9.99/apache-maven-3.9.99-bin.tar.gz.sha512`]: `${sha("1", 128)}  apache-maven-3.9.99-bin.tar.gz\n`,
  "services.gradle.org/versions/all": JSON.stringify(
    ["99.0", "9.99.1-rc-1", "9.99", "9.98.7", "8.14.5", "6.9.4", "7.6.6"].map((version) => ({ version })),
  ),
  "services.gradle.org/distributions/gradle-9.99-bin.zip.sha256": sha("3", 64),
  [`${tomcat}/maven-metadata.xml`]: metadata(["9.0.999", "10.0.27", "10.1.59", "11.0.25"]),
  [`${tomcat}/9.0.999/tomcat-9.0.999.tar.gz.sha512`]: sha("4", 128),
};
const without = (...urls: readonly string[]) =>
  Object.fromEntries(Object.entries(tools).filter(([url]) => !urls.includes(url)));

describe("an update of the inventory of java-build", () => {
  test("adds the newest release of each release line of Maven and Gradle, and reports newer release lines", async () => {
    const { text, ...reported } = await updateFrom("java-build", tools);
    expect(reported).toEqual({
      changes: ["added maven 3.9.99", "added gradle 9.99"],
      failures: [],
      outside: ["maven 3.99.0", "gradle 99.0"],
    });
    expect(text).toContain(`[[metadata.dependencies]]
id = "maven"
name = "Apache Maven"
version = "3.9.99"
uri = "https://archive.apache.org/dist/maven/maven-3/3.9.99/binaries/apache-maven-3.9.99-bin.tar.gz"
checksum = "sha512:${sha("1", 128)}"
strip-components = 1
licenses = ["Apache-2.0"]
purl = "pkg:generic/apache-maven@3.9.99"
cpe = "cpe:2.3:a:apache:maven:3.9.99:*:*:*:*:*:*:*"
`);
    expect(text).toContain(`[[metadata.dependencies]]
id = "gradle"
name = "Gradle"
version = "9.99"
uri = "https://services.gradle.org/distributions/gradle-9.99-bin.zip"
checksum = "sha256:${sha("3", 64)}"
strip-components = 1
licenses = ["Apache-2.0"]
purl = "pkg:generic/gradle@9.99"
cpe = "cpe:2.3:a:gradle:gradle:9.99:*:*:*:*:*:*:*"
`);
    expect((await updateFrom("java-build", tools, text)).changes).toEqual([]);
  });

  test("keeps the releases of a tool whose index cannot be read", async () => {
    const { changes, failures } = await updateFrom("java-build", without("services.gradle.org/versions/all"));
    expect(changes).toEqual(["added maven 3.9.99"]);
    expect(failures).toEqual([
      expect.stringContaining("gradle is unchanged: https://services.gradle.org/versions/all cannot be read"),
    ]);
  });

  test("adds the next older release if the checksum of the newest one cannot be read", async () => {
    const [newest, older] = ["9.99", "9.98.7"].map(
      (version) => `services.gradle.org/distributions/gradle-${version}-bin.zip.sha256`,
    ) as [string, string];
    const { changes, failures } = await updateFrom("java-build", { ...without(newest), [older]: sha("5", 64) });
    expect(changes).toEqual(["added maven 3.9.99", "added gradle 9.98.7"]);
    expect(failures).toEqual([expect.stringMatching(/^gradle 9\.99 is left out: .*gradle-9\.99-bin\.zip\.sha256/)]);
  });
});

test("an update of the inventory of java-start adds the newest Tomcat of each release line, with its end of support", async () => {
  const { text, ...reported } = await updateFrom("java-start", tools);
  expect(reported).toEqual({ changes: ["added tomcat 9.0.999"], failures: [], outside: [] });
  expect(text).toContain(`[[metadata.dependencies]]
id = "tomcat"
name = "Apache Tomcat"
version = "9.0.999"
uri = "https://archive.apache.org/dist/tomcat/tomcat-9/v9.0.999/bin/apache-tomcat-9.0.999.tar.gz"
checksum = "sha512:${sha("4", 128)}"
strip-components = 1
licenses = ["Apache-2.0"]
purl = "pkg:maven/org.apache.tomcat/tomcat@9.0.999"
cpe = "cpe:2.3:a:apache:tomcat:9.0.999:*:*:*:*:*:*:*"
eol-date = 2027-03-31
`);
});

const asset = (name: string, digest: string | null, tag = "v") => ({
  name,
  browser_download_url: `https://github.com/x/${tag}/${name}`,
  digest,
});
const github = (...assets: readonly object[]) =>
  JSON.stringify([{ tag_name: "v", draft: false, prerelease: false, assets }]);
const zulu = (name: string, digit: string) => ({
  name,
  download_url: `https://cdn.azul.com/zulu/bin/${name}`,
  sha256_hash: sha(digit, 64),
});
const javas: Readonly<Record<string, string>> = {
  "api.github.com/repos/bell-sw/Liberica/releases": github(
    asset("bellsoft-jdk21.0.99+9-linux-amd64.tar.gz", `sha256:${sha("1", 64)}`),
    asset("bellsoft-jre21.0.99+9-linux-aarch64.tar.gz", `sha256:${sha("2", 64)}`),
    asset("bellsoft-jre8u999+9-linux-aarch64.tar.gz", `sha256:${sha("3", 64)}`),
    asset("bellsoft-jdk99.0.1+9-linux-amd64.tar.gz", `sha256:${sha("4", 64)}`),
    ...[
      "bellsoft-jdk21.0.98+9-linux-amd64-full.tar.gz",
      "bellsoft-jdk21.0.98+9-linux-amd64-lite.tar.gz",
      "bellsoft-jdk21.0.98+9-linux-x64-musl.tar.gz",
      "bellsoft-jdk21.0.98+9-macos-amd64.tar.gz",
      "bellsoft-jdk21.0.98+9-linux-amd64.deb",
      "bellsoft-jdk21.0.98+9-crac-linux-amd64.tar.gz",
    ].map((name) => asset(name, `sha256:${sha("f", 64)}`)),
  ),
  ...Object.fromEntries(
    ["11", "17", "25"].map((line) => [`api.github.com/repos/adoptium/temurin${line}-binaries/releases`, github()]),
  ),
  "api.github.com/repos/adoptium/temurin21-binaries/releases": github(
    asset("OpenJDK21U-jre_aarch64_linux_hotspot_21.0.99.1_1.tar.gz", `sha256:${sha("5", 64)}`),
    ...[
      "OpenJDK21U-debugimage_x64_linux_hotspot_21.0.98_8.tar.gz",
      "OpenJDK21U-jdk_x64_alpine-linux_hotspot_21.0.98_8.tar.gz",
      "OpenJDK21U-jdk_x64_linux_hotspot_21.0.98_8.tar.gz.sig",
      "OpenJDK21U-jdk_x64_linux_hotspot_21.0.98_8-ea.tar.gz",
    ].map((name) => asset(name, `sha256:${sha("f", 64)}`)),
  ),
  "api.github.com/repos/adoptium/temurin8-binaries/releases": github(
    asset("OpenJDK8U-jdk_x64_linux_hotspot_8u999b07.tar.gz", `sha256:${sha("6", 64)}`),
  ),
  "api.azul.com/metadata/v1/zulu/packages": JSON.stringify([
    zulu("zulu17.99.203-ca-jdk17.0.99.1-linux_x64.tar.gz", "7"),
    zulu("zulu8.99.0.205-ca-jre8.0.999-linux_aarch64.tar.gz", "8"),
    ...[
      "zulu17.98.203-ca-fx-jdk17.0.98-linux_x64.tar.gz",
      "zulu17.98.203-ca-jdk17.0.98-linux_musl_x64.tar.gz",
      "zulu17.98.203-ca-crac-jdk17.0.98-linux_x64.tar.gz",
    ].map((name) => zulu(name, "f")),
  ]),
};
/** The index without its last slash, because the directory of the recorded ones is not a file. */
const javaEngine = readFileSync(descriptorOf("java-engine"), "utf8").replaceAll("/packages/?", "/packages?");
const eachId = ["liberica", "temurin", "zulu"].flatMap((distribution) => [
  `${distribution}-jdk`,
  `${distribution}-jre`,
]);

describe("an update of the inventory of java-engine", () => {
  test("adds the newest archives for Linux with glibc, with one form of the versions of all distributions", async () => {
    const { text, changes, ...reported } = await updateFrom("java-engine", javas, javaEngine);
    expect(reported).toEqual({ failures: [], outside: ["liberica-jdk 99.0.1+9"] });
    expect(changes).toEqual([
      "added liberica-jdk 21.0.99+9 linux/amd64",
      "added liberica-jre 21.0.99+9 linux/arm64",
      "added liberica-jre 8.0.999+9 linux/arm64",
      "added temurin-jdk 8.0.999+7 linux/amd64",
      "added temurin-jre 21.0.99.1+1 linux/arm64",
      "added zulu-jdk 17.0.99.1 linux/amd64",
      "added zulu-jre 8.0.999 linux/arm64",
    ]);
    expect(text).toContain(`[[metadata.dependencies]]
id = "liberica-jre"
name = "Liberica JRE"
version = "21.0.99+9"
os = "linux"
arch = "arm64"
uri = "https://github.com/x/v/bellsoft-jre21.0.99+9-linux-aarch64.tar.gz"
checksum = "sha256:${sha("2", 64)}"
strip-components = 1
licenses = ["GPL-2.0-with-classpath-exception"]
purl = "pkg:generic/liberica-jre@21.0.99%2B9"
cpe = "cpe:2.3:a:oracle:openjdk:21.0.99:-:*:*:*:*:*:*"
eol-date = 2029-12-31
`);
    const keys = text.split("[[metadata.dependencies]]").flatMap((entry) => {
      const [, version] = /^version = "(8\.0\.999.*)"$/m.exec(entry) ?? [];
      return version === undefined ? [] : [[/^purl = .*$/m.exec(entry)?.[0], /^cpe = .*$/m.exec(entry)?.[0]]];
    });
    expect(keys).toEqual([
      ['purl = "pkg:generic/liberica-jre@8.0.999%2B9"', 'cpe = "cpe:2.3:a:oracle:openjdk:8:update999:*:*:*:*:*:*"'],
      ['purl = "pkg:generic/temurin-jdk@8.0.999%2B7"', 'cpe = "cpe:2.3:a:oracle:openjdk:8:update999:*:*:*:*:*:*"'],
      ['purl = "pkg:generic/zulu-jre@8.0.999"', 'cpe = "cpe:2.3:a:oracle:openjdk:8:update999:*:*:*:*:*:*"'],
    ]);
    expect((await updateFrom("java-engine", javas, text)).changes).toEqual([]);
  });

  test("writes the same entries again from the archives that they are from", async () => {
    const own = releasesIn(javaEngine);
    const assets = Map.groupBy(
      own.map(({ uri, checksum = null }) => ({
        repository: /github\.com\/([^/]+\/[^/]+)\//.exec(uri)?.[1] ?? "azul",
        asset: { name: decodeURIComponent(uri.replace(/.*\//, "")), browser_download_url: uri, digest: checksum },
      })),
      ({ repository }) => repository,
    );
    const recorded = [...assets].map(([repository, found]) =>
      repository === "azul"
        ? [
            "api.azul.com/metadata/v1/zulu/packages",
            JSON.stringify(
              found.map(({ asset: { name, browser_download_url, digest } }) => ({
                name,
                download_url: browser_download_url,
                sha256_hash: digest?.slice("sha256:".length),
              })),
            ),
          ]
        : [`api.github.com/repos/${repository}/releases`, github(...found.map(({ asset: each }) => each))],
    );
    const first = javaEngine.indexOf("[[metadata.dependencies]]");
    const withOne = javaEngine.slice(0, javaEngine.indexOf("[[metadata.dependencies]]", first + 1));
    const { text, failures, outside } = await updateFrom("java-engine", Object.fromEntries(recorded), withOne);
    expect({ failures, outside }).toEqual({ failures: [], outside: [] });
    const entries = (all: string) => all.split(/^(?=\[\[metadata\.dependencies\]\])/m).map((each) => each.trimEnd());
    expect(entries(text).toSorted()).toEqual(entries(javaEngine).toSorted());
  });

  test("keeps the releases of a distribution with an index that cannot be read", async () => {
    const documents = { ...javas, "api.github.com/repos/adoptium/temurin21-binaries/releases": '{"message":"limit"}' };
    const { changes, failures } = await updateFrom("java-engine", documents, javaEngine);
    expect([...new Set(changes.map((change) => change.split(" ")[1]))]).toEqual([
      "liberica-jdk",
      "liberica-jre",
      "zulu-jdk",
      "zulu-jre",
    ]);
    expect(failures).toEqual(
      ["temurin-jdk", "temurin-jre"].map((id) => expect.stringContaining(`${id} is unchanged: https://api.github.com`)),
    );
  });
});

describe("the inventory of java-engine", () => {
  const releases = releasesIn(javaEngine);

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
});

test.for([
  ["java-build", ["maven 3.6", "maven 3.8", "maven 3.9", "gradle 6", "gradle 7", "gradle 8", "gradle 9"]],
  ["java-start", ["tomcat 9.0", "tomcat 10.1", "tomcat 11.0"]],
] as const)("the inventory of %s has a release of each release line", ([name, lines]) => {
  const found = releasesIn(readFileSync(descriptorOf(name), "utf8")).map(({ id, version }) => {
    const numbers = version.split(".").slice(0, id === "gradle" ? 1 : 2);
    return `${id} ${numbers.join(".")}`;
  });
  expect([...new Set(found)]).toEqual(lines);
});
