// @needs processes
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packagerDir } from "../packager-dir.ts";
import { describeLack, engineLacks } from "./lacks.ts";

const dir = await mkdtemp(join(tmpdir(), "lacks-"));
afterAll(() => rm(dir, { recursive: true }));

let count = 0;

/** Writes a workspace with a buildpack, and tells what the engine lacks for it. */
async function lacksOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  count += 1;
  const root = join(dir, String(count));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  await mkdir(join(root, "node_modules"), { recursive: true });
  await symlink(join(packagerDir(), "..", "framework"), join(root, "node_modules/libcnb"));
  const module = { id: "me/hello", entry: join(root, "src/buildpack.ts") };
  const { byId } = await engineLacks([module], { cwd: root });
  return (byId.get("me/hello") ?? []).map(describeLack);
}

const buildpack = (imports: string, use: string) =>
  `${imports}\nimport { defineBuildpack, pass } from "libcnb";\nexport default defineBuildpack({ detect: pass, build: () => ({ store: { x: String(${use}) } }) });\n`;

describe("the search for Node.js APIs that the small JavaScript engine lacks", () => {
  test.for<[string, string, readonly string[]]>([
    [
      "nothing if the engine has all imported functions",
      buildpack(`import { join } from "node:path";`, `join("a")`),
      [],
    ],
    [
      "an unsupported function of a supported module",
      buildpack(`import { createVerify } from "node:crypto";`, "createVerify"),
      ["src/buildpack.ts:1:10 imports createVerify of node:crypto"],
    ],
    [
      "an unsupported function that is a property of a namespace import",
      buildpack(`import * as crypto from "node:crypto";`, "crypto.createVerify"),
      ["src/buildpack.ts:3:90 imports createVerify of node:crypto"],
    ],
    [
      "an unsupported module",
      buildpack(`import { Worker } from "worker_threads";`, "Worker"),
      ["src/buildpack.ts:1:10 imports Worker of node:worker_threads"],
    ],
    [
      "the default export of an unsupported module",
      buildpack(`import vm from "node:vm";`, "vm.createContext()"),
      ["src/buildpack.ts:1:16 imports node:vm"],
    ],
    [
      "an unsupported function of a module that the engine has in part",
      buildpack(`import v8 from "node:v8";`, "v8.getHeapStatistics()"),
      ["src/buildpack.ts:3:86 uses getHeapStatistics of node:v8"],
    ],
    [
      "an unsupported function that is a property of a default import",
      buildpack(`import fs from "node:fs";`, `fs.watch("a")`),
      ["src/buildpack.ts:3:86 uses watch of node:fs"],
    ],
    [
      "an unsupported function that is a property of a default import under another name",
      buildpack(`import { default as cp } from "child_process";`, "cp?.execSync"),
      ["src/buildpack.ts:3:87 uses execSync of node:child_process"],
    ],
    [
      "unsupported functions of a module inside another module",
      buildpack(`import fs, { promises } from "node:fs";`, "[fs.promises.watch, promises.lchmod]"),
      [
        "src/buildpack.ts:3:96 uses watch of node:fs/promises",
        "src/buildpack.ts:3:112 uses lchmod of node:fs/promises",
      ],
    ],
    [
      "unsupported functions that a destructuring takes from a default export and a namespace",
      buildpack(
        `import fs from "node:fs";\nimport * as crypto from "node:crypto";\nconst { readFileSync, watch: observe } = fs;\nconst { createVerify, ...rest } = crypto;`,
        "[readFileSync, observe, createVerify, rest]",
      ),
      ["src/buildpack.ts:3:23 uses watch of node:fs", "src/buildpack.ts:4:9 uses createVerify of node:crypto"],
    ],
    [
      "unsupported functions of modules that are imported dynamically",
      `import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({ detect: pass, async build() {
  const { watch } = await import("node:fs");
  return { store: { x: [watch, (await import("node:crypto")).createVerify] } };
} });
`,
      ["src/buildpack.ts:3:11 uses watch of node:fs", "src/buildpack.ts:4:62 uses createVerify of node:crypto"],
    ],
    [
      "an unsupported function of the global process",
      buildpack("", "process.loadEnvFile()"),
      ["src/buildpack.ts:3:91 uses loadEnvFile of node:process"],
    ],
    [
      "nothing for a property that the engine has, that Node.js lacks too, or that belongs to another variable of the same name",
      buildpack(
        `import fs from "node:fs";\nimport events from "node:events";\nconst inner = (fs: any) => fs.watch("a");`,
        "[fs.constants, fs.R_OK, (fs as any).none, fs.toString(), events.name, process.stdout, inner(1)]",
      ),
      [],
    ],
    ["nothing for an import that is not used", buildpack(`import { Worker } from "node:worker_threads";`, "1"), []],
    ["an unsupported global", buildpack("", `fetch("https://example.com")`), ["src/buildpack.ts:3:83 uses fetch"]],
    ["nothing for a property with the name of a global", buildpack("", "{}.fetch"), []],
    [
      "unsupported classes and functions of Intl",
      buildpack(
        "const { PluralRules } = Intl;",
        `[new Intl.DateTimeFormat("en"), PluralRules, Intl.getCanonicalLocales()]`,
      ),
      [
        "src/buildpack.ts:3:93 uses Intl.DateTimeFormat",
        "src/buildpack.ts:3:133 uses Intl.getCanonicalLocales",
        "src/buildpack.ts:1:9 uses Intl.PluralRules",
      ],
    ],
    [
      "nothing for a class of Intl that the engine has",
      buildpack("", `[Intl.Segmenter, Intl.toString(), typeof Intl]`),
      [],
    ],
    [
      "methods whose results depend on a language",
      buildpack("", `[(1).toLocaleString(), new Date().toLocaleDateString("en"), "a".localeCompare("b")]`),
      [
        "src/buildpack.ts:3:88 uses toLocaleString",
        "src/buildpack.ts:3:117 uses toLocaleDateString",
        "src/buildpack.ts:3:147 uses localeCompare",
      ],
    ],
    [
      "toLocaleUpperCase only with a language other than English",
      buildpack("", `["a".toLocaleUpperCase(), "a".toLocaleLowerCase("en-US"), "i".toLocaleUpperCase("tr")]`),
      ["src/buildpack.ts:3:145 uses toLocaleUpperCase"],
    ],
  ])("finds %s", async ([, text, expected]) => {
    expect(await lacksOf({ "src/buildpack.ts": text })).toEqual(expected);
  });

  test("finds a missing API that an npm package imports, unless the package handles its absence", async () => {
    const files = (source: string) => ({
      "src/buildpack.ts": buildpack(`import value from "some-package";`, "value"),
      "node_modules/some-package/package.json": `{ "name": "some-package", "version": "1.0.0", "main": "index.js" }`,
      "node_modules/some-package/index.js": source,
    });
    const feature = `let vm; try { vm = require("node:vm"); } catch {} module.exports = vm;`;
    expect(await lacksOf(files(feature))).toEqual([]);
    const fixed = `import { getHeapStatistics } from "node:v8"; export default getHeapStatistics;`;
    expect(
      await lacksOf({
        ...files(fixed),
        "node_modules/some-package/package.json": `{ "name": "some-package", "version": "1.0.0", "type": "module", "main": "index.js" }`,
      }),
    ).toEqual(["node_modules/some-package/index.js:1:10 imports getHeapStatistics of node:v8"]);
  });

  test("ignores locale methods such as localeCompare in a package from npm", async () => {
    const files = {
      "src/buildpack.ts": buildpack(`import value from "some-package";`, "value"),
      "node_modules/some-package/package.json": `{ "name": "some-package", "version": "1.0.0", "type": "module", "main": "index.js" }`,
      "node_modules/some-package/index.js": `export default ["b", "a"].sort((x, y) => x.localeCompare(y)) + new Intl.Locale("en");`,
    };
    expect(await lacksOf(files)).toEqual([]);
  });
});
