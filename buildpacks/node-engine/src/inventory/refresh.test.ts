import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Entry } from "./entry.ts";
import { refresh, type Sources } from "./refresh.ts";
import { entriesOf } from "./registry.ts";
import { upstream } from "./upstream.ts";

const index = JSON.stringify([{ version: "v24.99.0", files: ["linux-x64"], lts: "Krypton" }]);

describe("releases are found", () => {
  const read = (texts: Readonly<Record<string, string>>) => async (url: string) =>
    texts[new URL(url).pathname] ?? Promise.reject(new Error("not found"));
  const sources = (texts: Readonly<Record<string, string>>, entries: readonly Entry[] | Error): Sources => ({
    upstream: (wanted, report) => upstream("http://index.test/index.json", wanted, read(texts), report),
    registry: async () => {
      if (entries instanceof Error) throw entries;
      return entries;
    },
  });
  const text = readFileSync(join(import.meta.dirname, "../../buildpack.toml"), "utf8");
  const kept = "kept the releases of the Node.js project as they are";

  test.for<[string, Sources, readonly string[], boolean]>([
    ["changes nothing if nothing is", sources({ "/index.json": "[]" }, []), [], false],
    [
      "leaves out a version without checksums",
      sources({ "/index.json": index }, []),
      ["Node.js 24.99.0 is left out: http://index.test/v24.99.0/SHASUMS256.txt: not found"],
      false,
    ],
    [
      "leaves out a file without a checksum that is one",
      sources({ "/index.json": index, "/v24.99.0/SHASUMS256.txt": "x  node-v24.99.0-linux-x64.tar.gz" }, []),
      [],
      false,
    ],
    [
      "keeps what is there of sources that fail",
      sources({}, new Error("npm is absent")),
      [`${kept}: not found`, "kept the releases of the npm registry as they are: npm is absent"],
      false,
    ],
    [
      "refuses names that are not versions",
      sources({ "/index.json": '[{"version":"v1.0.0/../x","files":[]}]' }, []),
      [
        `${kept}: http://index.test/index.json is not an index of Node.js: expected a version such as v24.1.0, got "v1.0.0/../x"`,
      ],
      false,
    ],
    [
      "is written",
      sources(
        { "/index.json": index, "/v24.99.0/SHASUMS256.txt": `${"0".repeat(64)}  node-v24.99.0-linux-x64.tar.gz` },
        [],
      ),
      [],
      true,
    ],
  ])("%s", async ([, given, failures, isNew]) => {
    const refreshed = await refresh(text, { lines: [20, 22, 24, 26], newest: 2 }, given);
    expect([refreshed.failures, refreshed.texts[0] !== text]).toEqual([failures, isNew]);
  });

  test.for<[string, unknown]>([
    ["no list", { error: "x" }],
    ["a tag", [{ version: "latest", "dist.integrity": "sha512-AA==" }]],
    ["no checksum", [{ version: "1.0.0" }]],
    ["a weak checksum", [{ version: "1.0.0", "dist.integrity": "sha1-AA==" }]],
  ])("of npm is refused if it is %s", ([, content]) => {
    expect(() => entriesOf("npm", undefined, "npm", content)).toThrow("are not what npm shows elsewhere");
  });

  test("of a registry as one version or many", () => {
    expect(entriesOf("npm", undefined, "npm", [{ version: "1.0.0", "dist.integrity": "sha512-AA==" }])).toEqual([
      { id: "npm", version: "1.0.0", arch: undefined, uri: "npm:npm@1.0.0", checksum: "sha512-AA==" },
    ]);
  });
});
