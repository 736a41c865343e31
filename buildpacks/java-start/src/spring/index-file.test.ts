import { expect, test } from "vitest";
import { type IndexedLayer, indexedLayers } from "./index-file.ts";

const long = " ".repeat(500_000);

test.for<[string, string, readonly IndexedLayer[]]>([
  [
    "as Spring Boot writes it",
    '- "dependencies":\n  - "BOOT-INF/lib/"\n- "application":\n  - "BOOT-INF/classes/"\n  - "META-INF/"\n',
    [
      { name: "dependencies", paths: ["BOOT-INF/lib/"] },
      { name: "application", paths: ["BOOT-INF/classes/", "META-INF/"] },
    ],
  ],
  ["without quotes, of Windows", "- a b: \r\n  - lib/x y \r\n", [{ name: "a b", paths: ["lib/x y"] }]],
  ["paths of no layer, and lines of no use", '  - "lib/"\n- "a"\n- "b":\n  - "c"d"\n  -\n', [{ name: "b", paths: [] }]],
  ["long lines", `- "a":\n  - b${long}c"d\n- "${long}x\n  - ${long}x\n`, [{ name: "a", paths: [`${long}x`] }]],
])("Spring Boot layers: %s", ([, text, expected]) => {
  expect(indexedLayers(text)).toEqual(expected);
});
