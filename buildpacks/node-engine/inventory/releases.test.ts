import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Entry } from "../src/release-entry.ts";
import { changes, type Inventory, merge, refresh, type Sources } from "./releases.ts";
import { registryEntries, upstream } from "./upstream.ts";

const entry = (id: string, version: string, arch = "amd64", uri = "new"): Entry => ({
  id,
  version,
  arch: id === "npm" ? undefined : arch,
  uri,
  checksum: "sha256:0",
});
const inventory = (...entries: readonly Entry[]): Inventory => ({ entries, ltsLines: [{ line: 22, name: "Jod" }] });
const shown = ({ entries }: Inventory) =>
  entries.map(({ id, version, arch, uri }) => `${id} ${version} ${arch} ${uri}`);
const policy = { lines: [22, 24], newest: 2 };

describe("merging newly found releases into the inventory", () => {
  test.for<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    [
      "keeps the newest releases of each release line and architecture",
      [entry("node", "22.9.0"), entry("node", "22.10.0", "arm64"), entry("node", "24.1.0")],
      [entry("node", "22.10.0"), entry("node", "22.11.0")],
      ["node 22.10.0 amd64 new", "node 22.10.0 arm64 new", "node 22.11.0 amd64 new", "node 24.1.0 amd64 new"],
    ],
    [
      "keeps the existing entry of a version that is found again",
      [entry("node", "22.1.0", "amd64", "old")],
      [entry("node", "22.1.0", "amd64", "new")],
      ["node 22.1.0 amd64 old"],
    ],
    [
      "drops release lines that are not requested, except those of npm",
      [entry("node", "20.1.0")],
      [entry("npm", "11.0.0")],
      ["npm 11.0.0 undefined new"],
    ],
    [
      "sorts archives before packages, and npm last",
      [entry("npm", "10.0.0"), entry("node-npm", "24.0.0"), entry("node", "24.9.0")],
      [],
      ["node 24.9.0 amd64 new", "node-npm 24.0.0 amd64 new", "npm 10.0.0 undefined new"],
    ],
  ])("keeps the wanted releases in the expected order: it %s", ([, existing, found, expected]) => {
    expect(shown(merge(inventory(...existing), inventory(...found), policy))).toEqual(expected);
  });
});

test("an inventory update reports added releases, dropped releases and new LTS lines", () => {
  const after = {
    ...inventory(entry("node", "22.2.0"), entry("npm", "11.0.0")),
    ltsLines: [{ line: 24, name: "Krypton" }],
  };
  expect(changes(inventory(entry("node", "22.1.0")), after)).toEqual([
    "added node 22.2.0 for amd64",
    "added npm 11.0.0",
    "dropped node 22.1.0 for amd64",
    "line 24 is in long-term support now: Krypton",
  ]);
});

const index = JSON.stringify([{ version: "v24.99.0", files: ["linux-x64"], lts: "Krypton" }]);

describe("updating the inventory", () => {
  const read = (texts: Readonly<Record<string, string>>) => async (url: string) =>
    texts[new URL(url).pathname] ?? Promise.reject(new Error("not found"));
  const sources = (texts: Readonly<Record<string, string>>, entries: readonly Entry[] | Error): Sources => ({
    upstream: (wanted, report) => upstream("http://index.test/index.json", wanted, read(texts), report),
    registry: async () => {
      if (entries instanceof Error) throw entries;
      return entries;
    },
  });
  const text = readFileSync(join(import.meta.dirname, "../buildpack.toml"), "utf8");
  const kept = "the releases of the Node.js project stay unchanged";

  test.for<[string, Sources, readonly string[], boolean]>([
    ["changes nothing if no releases are found", sources({ "/index.json": "[]" }, []), [], false],
    [
      "leaves out a version without checksums",
      sources({ "/index.json": index }, []),
      ["Node.js 24.99.0 is left out: http://index.test/v24.99.0/SHASUMS256.txt: not found"],
      false,
    ],
    [
      "leaves out a file with a malformed checksum",
      sources({ "/index.json": index, "/v24.99.0/SHASUMS256.txt": "x  node-v24.99.0-linux-x64.tar.gz" }, []),
      [],
      false,
    ],
    [
      "keeps the existing releases of sources that fail",
      sources({}, new Error("npm is absent")),
      [`${kept}: not found`, "the releases of the npm registry stay unchanged: npm is absent"],
      false,
    ],
    [
      "refuses an index with a malformed version",
      sources({ "/index.json": '[{"version":"v1.0.0/../x","files":[]}]' }, []),
      [
        `${kept}: http://index.test/index.json is not the index of Node.js releases: expected a version such as v24.1.0, got "v1.0.0/../x"`,
      ],
      false,
    ],
    [
      "adds a new release to the text of the inventory",
      sources(
        { "/index.json": index, "/v24.99.0/SHASUMS256.txt": `${"0".repeat(64)}  node-v24.99.0-linux-x64.tar.gz` },
        [],
      ),
      [],
      true,
    ],
  ])("changes only releases with valid metadata: it %s", async ([, given, failures, isNew]) => {
    const refreshed = await refresh(text, { lines: [20, 22, 24, 26], newest: 2 }, given);
    expect([refreshed.failures, refreshed.texts[0] !== text]).toEqual([failures, isNew]);
  });

  test.for<[string, unknown]>([
    ["that is not a list", { error: "x" }],
    ["with a tag in place of a version", [{ version: "latest", "dist.integrity": "sha512-AA==" }]],
    ["without a checksum", [{ version: "1.0.0" }]],
    ["with a weak checksum", [{ version: "1.0.0", "dist.integrity": "sha1-AA==" }]],
  ])("refuses metadata of an npm registry %s", ([, content]) => {
    expect(() => registryEntries("npm", undefined, "npm", content)).toThrow(
      "the registry's metadata of npm does not have the expected form: ",
    );
  });

  test("reads the versions in the metadata of an npm registry", () => {
    expect(registryEntries("npm", undefined, "npm", [{ version: "1.0.0", "dist.integrity": "sha512-AA==" }])).toEqual([
      { id: "npm", version: "1.0.0", arch: undefined, uri: "npm:npm@1.0.0", checksum: "sha512-AA==" },
    ]);
  });
});
