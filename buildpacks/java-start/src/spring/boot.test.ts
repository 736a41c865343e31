import { expect, test } from "vitest";
import { type IndexedLayer, indexedLayers } from "./boot.ts";

const long = " ".repeat(500_000);

test.for<[string, string, readonly IndexedLayer[]]>([
  [
    "entries that Spring Boot writes are read",
    '- "dependencies":\n  - "BOOT-INF/lib/"\n- "application":\n  - "BOOT-INF/classes/"\n  - "META-INF/"\n',
    [
      { name: "dependencies", paths: ["BOOT-INF/lib/"] },
      { name: "application", paths: ["BOOT-INF/classes/", "META-INF/"] },
    ],
  ],
  [
    "unquoted names and Windows line ends are accepted",
    "- a b: \r\n  - lib/x y \r\n",
    [{ name: "a b", paths: ["lib/x y"] }],
  ],
  [
    "paths outside of a layer and malformed lines are ignored",
    '  - "lib/"\n- "a"\n- "b":\n  - "c"d"\n  -\n',
    [{ name: "b", paths: [] }],
  ],
  [
    "very long lines are accepted",
    `- "a":\n  - b${long}c"d\n- "${long}x\n  - ${long}x\n`,
    [{ name: "a", paths: [`${long}x`] }],
  ],
])("in the layer index of Spring Boot, %s", ([, text, expected]) => {
  expect(indexedLayers(text)).toEqual(expected);
});
