import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseToml } from "libcnb/spec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf, withConfig, withLabels } from "../../oci/model/mutate.ts";
import type { LayerFacts } from "../image-facts.ts";
import { lookedInto, tinyApp } from "../testing/tiny-app.ts";
import { changes } from "./changes.ts";
import { renderComparison } from "./compare-document.ts";
import { compareImages } from "./compare-images.ts";
import { compareText } from "./compare-text.ts";
import { comparisonOf, type ImageComparison } from "./comparison.ts";
import { layerChanges } from "./layer-changes.ts";

let dir: string;
let before: Image;
let after: Image;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "compare-"));
  before = await tinyApp(dir, { node: "1.0.0", files: "/workspace/a:1000 /workspace/b:10 /workspace/c>a" });
  const app = await tinyApp(dir, {
    node: "1.1.0",
    files: "/workspace/a:1000 /workspace/.wh.gone:0 /workspace/c>b /etc/hosts:30",
  });
  after = withConfig(withLabels(app, { ...labelsOf(app), "my\u001b[31mlabel": "x".repeat(80) }), { User: "1000" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function comparison(from: Image, to: Image, { files = true } = {}): Promise<ImageComparison> {
  const [a, b] = [await lookedInto(from), await lookedInto(to)];
  return comparisonOf(
    { name: "app:1", image: from, facts: a.facts, ...(files && { merged: a.merged }) },
    { name: "app:2", image: to, facts: b.facts, ...(files && { merged: b.merged }) },
  );
}

test("processes of two images are compared by their commands", async () => {
  const images = [
    { name: "app:1", image: before },
    { name: "app:2", image: after },
  ] as const;
  expect(await compareImages(...images, { files: true })).toEqual(await comparison(before, after));
  expect(await compareImages(...images)).toEqual(await comparison(before, after, { files: false }));
  const { components } = await compareImages(...images, { sbom: true });
  expect(components).toBeDefined();
});

const withoutDigests = (text: string) => text.replace(/sha256:[0-9a-f]{64}/g, "sha256:…");

test("two images are compared as text, without control characters from either image", async () => {
  expect(`\n${withoutDigests(compareText(await comparison(before, after)))}`).toMatchInlineSnapshot(`
    "
    Comparing 'app:1' with 'app:2'

    Digest: sha256:… → sha256:…

    Base Image: not changed

    Buildpacks:
      ~ x/node  1.0.0 → 1.1.0

    Layers (2 same, 2 changed; 287 B to move):
      = run image          154 B
      ~ x/node layer node  113 B
      ~ application        147 B → 174 B
      = launcher           100 B

    Environment:
      ~ NODE  1.0.0 → 1.1.0

    Labels:
      ~ io.buildpacks.build.metadata      (changed)
      ~ io.buildpacks.lifecycle.metadata  (changed)
      + my\\u001b[31mlabel                 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…

    Configuration:
      + User  1000

    Files (1 added, 3 removed, 2 changed):
      ~ /etc/hosts            20 B → 30 B  content
      - /layers/x/node/1.0.0  5.0 kB
      + /layers/x/node/1.1.0  5.0 kB
      - /workspace/b          10 B
      ~ /workspace/c          0 B          target
      - /workspace/gone       700 B
    "
  `);
});

test("an image compared with itself has no differences", async () => {
  const same = await comparison(before, before);
  expect({ same: same.same, bytesToMove: same.bytesToMove }).toEqual({ same: true, bytesToMove: 0 });
  expect(`\n${withoutDigests(compareText(same))}`).toMatchInlineSnapshot(`
    "
    Comparing 'app:1' with 'app:2'

    Digest: sha256:…

    Base Image: not changed

    Layers (4 same; 0 B to move):
      = run image          154 B
      = x/node layer node  113 B
      = application        147 B
      = launcher           100 B

    Nothing changed.
    "
  `);
});

test("a comparison is the same as JSON, YAML and TOML", async () => {
  const found = await comparison(before, after);
  const json = JSON.parse(renderComparison(found, "json"));
  expect(parseYaml(renderComparison(found, "yaml"))).toEqual(json);
  expect(parseToml(renderComparison(found, "toml"), "x")).toEqual(json);
  expect({ ...json, from: 0, to: 0, layers: 0, labels: 0 }).toMatchInlineSnapshot(`
    {
      "base": [],
      "base_changed": false,
      "buildpacks": [
        {
          "change": "changed",
          "from": "1.0.0",
          "name": "x/node",
          "to": "1.1.0",
        },
      ],
      "bytes_to_move": 287,
      "components": [],
      "config": [
        {
          "change": "added",
          "name": "User",
          "to": "1000",
        },
      ],
      "env": [
        {
          "change": "changed",
          "from": "1.0.0",
          "name": "NODE",
          "to": "1.1.0",
        },
      ],
      "extensions": [],
      "files": [
        {
          "change": "changed",
          "from": 20,
          "path": "/etc/hosts",
          "to": 30,
          "type": "file",
          "what": [
            "content",
          ],
        },
        {
          "change": "removed",
          "from": 5000,
          "path": "/layers/x/node/1.0.0",
          "type": "file",
        },
        {
          "change": "added",
          "path": "/layers/x/node/1.1.0",
          "to": 5000,
          "type": "file",
        },
        {
          "change": "removed",
          "from": 10,
          "path": "/workspace/b",
          "type": "file",
        },
        {
          "change": "changed",
          "from": 0,
          "path": "/workspace/c",
          "to": 0,
          "type": "symlink",
          "what": [
            "target",
          ],
        },
        {
          "change": "removed",
          "from": 700,
          "path": "/workspace/gone",
          "type": "file",
        },
      ],
      "files_changed": 6,
      "from": 0,
      "labels": 0,
      "layers": 0,
      "processes": [],
      "same": false,
      "to": 0,
    }
  `);
  expect(
    json.layers.map(({ change, part, bytes_to_move: bytes }: Record<string, unknown>) => [change, part, bytes]),
  ).toEqual([
    ["same", "run image", 0],
    ["changed", "x/node layer node", after.layers[1]?.size],
    ["changed", "application", after.layers[2]?.size],
    ["same", "launcher", 0],
  ]);
});

test("cnb inspect compares the files of two images only if requested", async () => {
  expect(await comparison(before, after, { files: false })).not.toHaveProperty("files");
});

const layer = (text: string): LayerFacts => {
  const [maker = "", files = "", blob = files] = text.split(" ");
  return {
    kind: "other",
    maker,
    diffId: `sha256:${files}`,
    digest: `sha256:${blob}`,
    sizeBytes: 10,
    mediaType: "",
  };
};

test.for<[string, readonly string[], readonly string[], readonly string[]]>([
  ["lists nothing for images without layers", [], [], []],
  ["lists added layers with their sizes", [], ["a 1", "b 2"], ["added a 10", "added b 10"]],
  ["lists removed layers with no bytes to transfer", ["a 1", "b 2"], [], ["removed a 0", "removed b 0"]],
  ["lists layers in another order as the same", ["a 1", "b 2"], ["b 2", "a 1"], ["same b 0", "same a 0"]],
  ["lists a layer with another compression as recompressed", ["a 1 gzip"], ["a 1 zstd"], ["recompressed a 10"]],
  // the base got a layer in the middle
  [
    "lists a new layer between two layers of the base as added",
    ["base 1", "base 2"],
    ["base 1", "base 3", "base 2"],
    ["same base 0", "added base 10", "same base 0"],
  ],
  ["lists a layer that moved to another origin as the same", ["a 1"], ["b 1"], ["same b 0"]],
  ["counts the bytes of a repeated blob only once", [], ["a 1", "b 1"], ["added a 10", "added b 0"]],
])("comparing the layers of two images %s", ([, from, to, expected]) => {
  const found = layerChanges(from.map(layer), to.map(layer));
  expect(found.map(({ state, part, bytesToMove }) => `${state} ${part} ${bytesToMove}`)).toEqual(expected);
});

test("the differences of two objects are listed by key", () => {
  const from = new Map([
    ["kept", "1"],
    ["gone", ""],
    ["changed", "1"],
  ]);
  const to = new Map([
    ["kept", "1"],
    ["changed", "2"],
    ["__proto__", "new"],
  ]);
  expect(changes(from, to)).toEqual([
    { name: "__proto__", to: "new" },
    { name: "changed", from: "1", to: "2" },
    { name: "gone", from: "" },
  ]);
});
