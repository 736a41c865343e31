import { expect, test } from "vitest";
import { modulesInSource } from "./modules-in-source.ts";

const filler = `;${"1;".repeat(5000)}`;

test("large modules are packaged as source text unless the main module imports them when it starts", () => {
  const modules = [
    { name: "main.js", text: `import{a}from"./c-00000001.js";import"globals";import("./c-00000002.js")${filler}` },
    { name: "c-00000001.js", text: `export * from 'node:fs'${filler}` },
    { name: "c-00000002.js", text: `import"./c-00000004.js";import("./c-00000003.js")${filler}` },
    { name: "c-00000003.js", text: filler },
    { name: "c-00000004.js", text: filler },
    { name: "c-00000005.js", text: "\n".repeat(10_000) },
    { name: "globals", text: filler },
    { name: "node:fs", text: `import { load } from "../n-00000003.js"; load("lazy:fs/streams")${filler}` },
    { name: "lazy:fs/streams", text: filler },
    { name: "n-00000003.js", text: `import "engine:fs"${filler}` },
  ];
  expect([...modulesInSource(modules, ["main.js"])]).toEqual(["c-00000003.js", "c-00000004.js", "lazy:fs/streams"]);
});
