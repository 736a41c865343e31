import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Image } from "../../oci/model/image.ts";
import { lookedInto, tinyApp } from "../testing/tiny-app.ts";
import { efficiencyTable, layerTable } from "./layers-document.ts";
import { layersText } from "./layers-text.ts";

let dir: string;
let first: Image;
let second: Image;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "layers-"));
  first = await tinyApp(dir, { node: "1.0.0", files: "/workspace/a:1000 /workspace/b:10" });
  second = await tinyApp(dir, { node: "1.1.0", files: "/workspace/a:1000 /workspace/.wh.gone:0 /etc/hosts:30" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("the layer report is printed as text", async () => {
  const { report } = await lookedInto(second, first);
  expect(`\n${layersText(report).join("\n")}`).toMatchInlineSnapshot(`
    "
    Layers:
      #   SIZE  UNPACKED  HIDDEN  FILES  MADE BY                  FLAGS          PREVIOUS
      1  154 B    4.1 kB   720 B      2  run image                               same
      2  113 B    6.7 kB     0 B      1  x/node@1.1.0 layer node  launch, cache  new
      3  155 B    4.1 kB     0 B      3  application                             new
      4  100 B    2.0 kB     0 B      1  launcher                                same

    Efficiency:
      Seen by containers:  89.35 % of 6.8 kB, 720 B hidden
      As dive counts:      89.20 % efficient, 750 B wasted (12.42 % of all above the first layer), 730 B without the smallest copies

    Hidden Files:
      BYTES  IN LAYER  HIDDEN BY  PATH
      700 B  1         3          /workspace/gone
       20 B  1         3          /etc/hosts
    "
  `);
});

test("the layer report is printed as JSON", async () => {
  const { report } = await lookedInto(second);
  const [, made, slice] = report.layers.map(layerTable);
  const { diffId, digest, sizeBytes, mediaType } = report.layers[1] ?? {};
  expect(made).toEqual({
    diff_id: diffId,
    digest,
    size: sizeBytes,
    media_type: mediaType,
    made_by: "x/node@1.1.0 layer node",
    kind: "buildpack",
    uncompressed_size: 6656,
    buildpack: { id: "x/node", version: "1.1.0", layer: "node", build: false, launch: true, cache: true },
    files: 1,
    file_bytes: 5000,
    hidden_bytes: 0,
  });
  expect(slice).toMatchObject({ made_by: "application", kind: "app", files: 3, file_bytes: 1030 });
  expect(efficiencyTable(report)).toEqual({
    file_bytes: 6759,
    visible_bytes: 6039,
    hidden_bytes: 720,
    visible_ratio: 6039 / 6759,
    hidden: [
      { path: "/workspace/gone", bytes: 700, files: 1, layers: [1], hidden_by: 3 },
      { path: "/etc/hosts", bytes: 20, files: 1, layers: [1], hidden_by: 3 },
    ],
    dive: {
      efficiency: 6029 / 6759,
      wasted_bytes: 750,
      user_wasted_percent: 750 / 6039,
      beyond_smallest_bytes: 730,
      paths: [
        { path: "/workspace/gone", count: 2, bytes: 700 },
        { path: "/etc/hosts", count: 2, bytes: 50 },
      ],
    },
  });
});
