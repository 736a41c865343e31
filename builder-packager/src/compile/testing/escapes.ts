import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The text that a hostile app tries to read. */
export const marker = "MARKER-SECRET";

/**
 * File contents by path. A value that begins with `-> ` is a link. OUT stands for the directory
 * that the app must not read.
 */
export type Files = Readonly<Record<string, string>>;

/** The files in the directory OUT. */
export const outside: Files = {
  "secret.txt": marker,
  "secret.json": JSON.stringify({ name: marker, version: "1.0.0", description: marker, license: marker }),
  "secret.ts": `export default ${JSON.stringify(marker)};`,
  "secret.map": JSON.stringify({ version: 3, sources: [`${marker}.ts`], names: [], mappings: "AAAA" }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { marked: ["./secret.ts"] }, jsxFactory: marker } }),
  "node_modules/above/index.js": `export default ${JSON.stringify(marker)};`,
  "node_modules/above/package.json": `{ "name": "above", "version": "1.0.0" }`,
  "LICENSES/MIT.txt": marker,
};

/** Writes files into `dir/folder`, and replaces OUT by `dir/outside`. */
export async function write(dir: string, folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(dir, folder, name);
    const content = text.replaceAll("OUT", join(dir, "outside"));
    await mkdir(dirname(file), { recursive: true });
    if (content.startsWith("-> ")) await symlink(content.slice(3), file);
    else await writeFile(file, content);
  }
}

/** The files of a minimal framework, which every script imports. */
export const framework: Files = {
  "node_modules/libcnb/package.json": `{ "name": "libcnb", "version": "1.0.0", "license": "MIT", "exports": { "./runtime": "./runtime.js" } }`,
  "node_modules/libcnb/runtime.js": "export const runBuildpacks = (all) => globalThis.all = all;",
};

export const source = (text: string): Files => ({ "bp/src/buildpack.ts": text });
export const using = (imported: string): Files => source(`${imported}\nexport default x;`);

const dataImport = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;

/**
 * Attempts to read files outside of the app. Those marked `refused` fail to compile. Those marked
 * `nothing` compile, and the result contains nothing from outside.
 */
const ways: readonly (readonly [string, "refused" | "nothing", Files])[] = [
  ["an absolute path", "refused", using(`import x from "OUT/secret.json";`)],
  ["a path with ..", "refused", using(`import x from "../../../outside/secret.ts";`)],
  ["a text import", "refused", using(`import x from "OUT/secret.txt" with { type: "text" };`)],
  ["a bytes import", "refused", using(`import x from "../../../outside/secret.txt" with { type: "bytes" };`)],
  ["a JSON import", "refused", using(`import x from "OUT/secret.json" with { type: "json" };`)],
  ["environment variables", "refused", using(`import x from "/proc/self/environ" with { type: "text" };`)],
  ["the working directory in /proc", "refused", using(`import x from "/proc/self/cwd/package.json";`)],
  ["the root directory in /proc", "refused", using(`import x from "/proc/self/rootOUT/secret.json";`)],
  ["an endless device file", "refused", using(`import x from "/dev/zero" with { type: "bytes" };`)],
  ["require()", "refused", using(`const x = require("OUT/secret.json");`)],
  ["require.resolve()", "nothing", using(`const x = require.resolve("node:fs");`)],
  ["import()", "refused", using(`const x = import(${JSON.stringify("OUT/secret.ts")});`)],
  [
    "a computed import()",
    "refused",
    using(`const x = (name: string) => import("../../../outside/" + name + ".json");`),
  ],
  [
    "a computed require()",
    "refused",
    using(`const x = (name: string) => require("../../../outside/" + name + ".ts");`),
  ],
  ["export from", "refused", source(`export { default } from "OUT/secret.ts";`)],
  ["a query string", "refused", using(`import x from "OUT/secret.json?raw";`)],
  ["a URL fragment", "refused", using(`import x from "OUT/secret.json#x";`)],
  ["a file URL", "refused", using(`import x from "file://OUT/secret.json";`)],
  ["a text import of a file URL", "refused", using(`import x from "file://OUT/secret.txt" with { type: "text" };`)],
  ["a data URL", "refused", source(`import "${dataImport(`import x from "OUT/secret.json"; globalThis.x = x;`)}";`)],
  ["an http URL", "refused", using(`import x from "http://127.0.0.1:9/x.js";`)],
  ["import.meta.url", "nothing", using(`const x = new URL("../../../outside/secret.json", import.meta.url);`)],
  ["a package of a parent directory", "refused", using(`import x from "above";`)],
  ["a link to a file", "refused", { ...using(`import x from "./l.json";`), "bp/src/l.json": "-> OUT/secret.json" }],
  ["a link to a directory", "refused", { ...using(`import x from "./l/secret.ts";`), "bp/src/l": "-> OUT" }],
  [
    "a link to a link",
    "refused",
    { ...using(`import x from "./a.ts";`), "bp/src/a.ts": "-> b.ts", "bp/src/b.ts": "-> OUT/secret.ts" },
  ],
  [
    "a linked package",
    "refused",
    { ...using(`import x from "above";`), "node_modules/above": "-> OUT/node_modules/above" },
  ],
  [
    "a linked node_modules",
    "refused",
    { ...using(`import x from "above";`), "bp/node_modules": "-> OUT/node_modules" },
  ],
  ["an entry point that is a link", "refused", { "bp/src/buildpack.ts": "-> OUT/secret.ts" }],
  [
    "the exports field of a package",
    "refused",
    {
      ...using(`import x from "p";`),
      "node_modules/p/package.json": `{"name":"p","exports":"./../../../outside/secret.ts"}`,
    },
  ],
  [
    "the main field of a package",
    "refused",
    {
      ...using(`import x from "p";`),
      "node_modules/p/package.json": `{"name":"p","main":"../../../outside/secret.ts"}`,
    },
  ],
  [
    "the imports field of a package",
    "refused",
    {
      ...using(`import x from "#x";`),
      "bp/package.json": `{"name":"bp","imports":{"#x":"./../../outside/secret.ts"}}`,
    },
  ],
  [
    "the browser field of a package",
    "nothing",
    {
      ...using(`import x from "./y.ts";`),
      "bp/src/y.ts": "export default 1;",
      "bp/package.json": `{"name":"bp","browser":{"./src/y.ts":"OUT/secret.ts"}}`,
    },
  ],
  [
    "paths of tsconfig.json",
    "refused",
    {
      ...using(`import x from "marked";`),
      "bp/tsconfig.json": `{"compilerOptions":{"baseUrl":".","paths":{"marked":["../../outside/secret.ts"]}}}`,
    },
  ],
  [
    "extends of tsconfig.json",
    "refused",
    { ...using(`import x from "marked";`), "bp/tsconfig.json": `{"extends":"OUT/tsconfig.json"}` },
  ],
  [
    "JSX of an extended tsconfig.json",
    "nothing",
    {
      ...using(`import x from "./y.jsx";`),
      "bp/src/y.jsx": "const React = {}; export default () => <p/>;",
      "bp/tsconfig.json": "-> OUT/tsconfig.json",
    },
  ],
  ["a source map", "refused", source("export default 1;\n//# sourceMappingURL=../../../outside/secret.map")],
  ["a source map by an absolute path", "refused", source("export default 1;\n//# sourceMappingURL=OUT/secret.map")],
  ["a source map by a file URL", "refused", source("export default 1;\n//# sourceMappingURL=file://OUT/secret.map")],
  [
    "an encoded source map",
    "refused",
    source("export default 1;\n/*# sourceMappingURL=..%2F..%2F../outside/secret.map */"),
  ],
  [
    "a source map that is a link",
    "refused",
    { ...source("export default 1;\n//# sourceMappingURL=m.map"), "bp/src/m.map": "-> OUT/secret.map" },
  ],
  [
    "license files that are links",
    "nothing",
    { ...used(), "node_modules/p/LICENSES": "-> OUT/LICENSES", "node_modules/p/LICENSE": "-> OUT/secret.txt" },
  ],
  ["a README that is a link", "nothing", { ...used(), "node_modules/p/README.md": "-> OUT/secret.txt" }],
  [
    "a native add-on that is a link",
    "refused",
    { ...using(`import x from "./x.node";`), "bp/src/x.node": "-> OUT/secret.txt" },
  ],
];

function used(): Files {
  const manifest = `{"name":"p","version":"1.0.0","main":"i.js"}`;
  return {
    ...using(`import x from "p";`),
    "node_modules/p/i.js": "module.exports = 1;",
    "node_modules/p/package.json": manifest,
  };
}

export { ways };
