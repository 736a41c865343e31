// @needs processes
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { entrySource } from "./entry-source.ts";

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundle-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A buildpack's directory with these files, and the framework installed. */
async function folder(name: string, files: Readonly<Record<string, string>>, installed = true): Promise<string> {
  const dir = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  await mkdir(join(dir, "node_modules"), { recursive: true });
  if (installed) await symlink(framework, join(dir, "node_modules/libcnb"));
  return dir;
}

const hello = `import { defineBuildpack, pass } from "libcnb";
import { greeting } from "./greeting.ts";
export default defineBuildpack({ detect: () => pass(), build: ({ log }) => { log.info(greeting); return {}; } });
`;
const sources = { "src/buildpack.ts": hello, "src/greeting.ts": `export const greeting: string = "grüß dich";\n` };
const moduleIn = (dir: string, id = "me/hello") => ({ id, entry: join(dir, "src/buildpack.ts") });

test("the generated entry point imports buildpacks lazily, ordered by ID", () => {
  expect(
    entrySource([
      { id: "b/z", entry: "/s/z.ts" },
      { id: 'a/"y', entry: "/s/y.ts" },
    ]),
  ).toBe(
    `export { runBuildpacks } from "libcnb/runtime";
export const buildpacks = {
  "a/\\"y": () => import("/s/y.ts"),
  "b/z": () => import("/s/z.ts"),
};
`,
  );
});

test.for(["node", "small"] as const)(
  'the script bundled for the JavaScript engine "%s" contains no paths of the machine and depends neither on the directory nor on the order of the buildpacks',
  async (runtime) => {
    const [one, other] = [
      await folder(`${runtime}/one`, sources),
      await folder(`${runtime}/elsewhere/deep/er`, sources),
    ];
    const first = await bundle([moduleIn(one, "a"), moduleIn(one, "b")], { cwd: root, runtime });
    const second = await bundle([moduleIn(other, "b"), moduleIn(other, "a")], { cwd: "/", runtime });
    const text = Buffer.from(first.code).toString("utf8");
    expect(Buffer.from(second.code).toString("utf8")).toBe(text);
    expect(second.chunks).toEqual(first.chunks);
    expect(text.includes(root) || text.includes(framework)).toBe(false);
    // One byte per character is what V8 reads fastest.
    expect(/^[\0-\x7f]*$/.test(text)).toBe(true);
    const files = first.files.map(({ path }) => path);
    expect(files).toEqual(expect.arrayContaining([join(one, "src/buildpack.ts"), join(one, "src/greeting.ts")]));
  },
);

test("an optional dependency that is not installed becomes a module-not-found error in the bundle", async () => {
  const dir = await folder("peers", {
    "src/buildpack.ts": `import { has } from "tool";\nexport default { detect: () => has(), build() {} };\n`,
  });
  const tool = join(dir, "node_modules/tool");
  await mkdir(tool);
  const manifest = {
    name: "tool",
    version: "1.0.0",
    main: "main.cjs",
    peerDependenciesMeta: { "@absent/x": { optional: true } },
  };
  await writeFile(join(tool, "package.json"), JSON.stringify(manifest));
  await writeFile(
    join(tool, "main.cjs"),
    `exports.has = () => { try { return require("@absent/x/y"); } catch (e) { return e.code; } };`,
  );
  const { code } = await bundle([moduleIn(dir)], { cwd: root });
  expect(Buffer.from(code).toString()).toContain("Cannot find module '@absent/x/y'");
});

test.for<[string, Record<string, string>, boolean, string, string]>([
  [
    "syntax errors in two files",
    {
      "src/buildpack.ts": `import a from "left-out";\nexport default a;\nimport "./b.ts";\n`,
      "src/b.ts": "let x = ;\n",
    },
    true,
    `the buildpack could not be compiled:
  bp/src/b.ts:1:9: Unexpected ";"
  bp/src/buildpack.ts:1:15: Could not resolve "left-out"`,
    "Correct the lines named above. If an import is not found, install its package with npm install.",
  ],
  [
    "a missing libcnb package",
    { "src/buildpack.ts": "export default {};\n" },
    false,
    `the buildpack could not be compiled:
  <the generated entry>:1:31: Could not resolve "libcnb/runtime"`,
    "Install libcnb (npm install libcnb), or put the buildpack into a directory of a workspace that has it.",
  ],
])(
  "bundling fails for %s with an error that has file, line and column",
  async ([, files, installed, message, hint]) => {
    const dir = await folder("bp", files, installed);
    await expect(bundle([moduleIn(dir)], { cwd: root })).rejects.toMatchObject({
      code: "COMPILE_FAILED",
      message,
      hint,
    });
  },
);

const buildpack = `export default { detect: () => undefined, build() {} };\n`;
const correct = "Correct the lines named above. If an import is not found, install its package with npm install.";
const asText = 'write `with { type: "text" }`';

// What compiles elsewhere, and never runs in a compiled buildpack.
test.for<[name: string, files: Record<string, string>, line: string, hint: string]>([
  [
    "a native add-on",
    { "src/buildpack.ts": `import x from "./x.node";\nconsole.log(x);\n`, "src/x.node": "" },
    'src/buildpack.ts:1:15: No loader is configured for ".node" files: x.node: a compiled buildpack cannot load native add-ons; use a package in JavaScript or WebAssembly, or run a program from a layer',
    correct,
  ],
  [
    "an import of a shell script without an attribute",
    { "src/buildpack.ts": `import x from "./x.sh";\nconsole.log(x);\n`, "src/x.sh": "" },
    `src/buildpack.ts:1:15: No loader is configured for ".sh" files: x.sh: ${asText} or \`with { type: "bytes" }\` after the import, or add the file to include-files in buildpack.toml and read it below buildpack.dir`,
    correct,
  ],
  [
    "an import of a TOML file without an attribute",
    { "src/buildpack.ts": `import x from "./x.toml";\nconsole.log(x);\n`, "src/x.toml": "" },
    `src/buildpack.ts:1:15: No loader is configured for ".toml" files: x.toml: ${asText} after the import and parse the text, or convert the file to JSON`,
    correct,
  ],
  [
    "top-level await",
    { "src/buildpack.ts": "const x = await 1;\nconsole.log(x);\n" },
    'src/buildpack.ts:1:11: Top-level await is currently not supported with the "cjs" output format: use await in detect or build, or in a function that they call',
    correct,
  ],
  [
    "a path alias of tsconfig.json",
    { "src/buildpack.ts": `import x from "@/x";\nconsole.log(x);\n`, "tsconfig.json": `{ "paths": { "@/*": "*" } }` },
    'src/buildpack.ts:1:15: Could not resolve "@/x": paths of tsconfig.json are for the type checker only; use a relative import, or "imports" in package.json',
    correct,
  ],
  [
    "malformed JSON",
    { "src/buildpack.ts": `import x from "./x.json";\nconsole.log(x);\n`, "src/x.json": "{ 1 }" },
    'src/x.json:1:3: Expected string in JSON but found "1"',
    correct,
  ],
  [
    "an unknown module of Node.js",
    { "src/buildpack.ts": `// a typo\nimport x from 'node:fss';\nconsole.log(x);\n` },
    'src/buildpack.ts:2:15: there is no module "node:fss"',
    "Import modules of Node.js, installed packages or files of the buildpack.",
  ],
  [
    "an import from a URL",
    { "src/buildpack.ts": `import "https://host.example/x.js";\n` },
    'src/buildpack.ts:1:8: there is no module "https://host.example/x.js"',
    "Import modules of Node.js, installed packages or files of the buildpack.",
  ],
])(
  "bundling a buildpack is refused with a hint for %s",
  async ([, { "src/buildpack.ts": start = "", ...files }, line, hint]) => {
    const dir = await folder("bp", { ...files, "src/buildpack.ts": start + buildpack });
    const message = `the buildpack could not be compiled:\n  ${line}`;
    await expect(bundle([moduleIn(dir)], { cwd: dir })).rejects.toMatchObject({
      code: "COMPILE_FAILED",
      message,
      hint,
    });
  },
);

test("all buildpacks without a default export are reported at once", async () => {
  const dirs = await Promise.all(
    ["one", "two", "three"].map((name) => folder(name, { "src/buildpack.ts": buildpack })),
  );
  const [one = "", two = "", three = ""] = dirs;
  for (const dir of [one, three]) await writeFile(join(dir, "src/buildpack.ts"), "export const x = 1;\n");
  await expect(
    bundle([moduleIn(one, "a"), moduleIn(two, "b"), moduleIn(three, "c")], { cwd: root }),
  ).rejects.toMatchObject({
    message: `the buildpack could not be compiled:
  one/src/buildpack.ts: the file has no default export
  three/src/buildpack.ts: the file has no default export`,
    hint: "Write `export default defineBuildpack({ detect, build })`, or defineExtension for an extension.",
  });
});

test("a run-time error names the line in the author's files, not in packages' files", async () => {
  const left = "exports.left = (name) => require(name);\n";
  const dir = await folder("bp", {
    "src/buildpack.ts": `import { left } from "left";
console.log(import.meta.dirname, left, eval("1"));
export const load = (name: string) => import(name);
export const known = (name: string) => import(\`./known/\${name}.ts\`);
${buildpack}`,
    "src/known/a.ts": "export const a = 1;\n",
    "node_modules/left/index.js": left,
    "node_modules/left/package.json": `{ "name": "left", "version": "1.0.0" }`,
  });
  const { warnings, code } = await bundle([moduleIn(dir)], { cwd: dir });
  expect(warnings).toEqual([
    'src/buildpack.ts:2:13: "import.meta" is not available with the "cjs" output format and will be empty: read files below buildpack.dir of the context, and add them to include-files in buildpack.toml',
    "src/buildpack.ts:2:40: Using direct eval with a bundler is not recommended and may cause problems: the compiler shortens names in the script, so evaluated code may not find them",
    'src/buildpack.ts:3:39: This "import" expression will not be bundled because the argument is not a string literal: a compiled buildpack can load only built-in modules of Node.js at run time',
  ]);
  expect(Buffer.from(code).toString()).toContain("./known/a.ts");
});

test("a file imported with the type text or bytes is bundled as a string or as bytes", async () => {
  const imports = `import t from "./x.sh" with { type: "text" };\nimport b from "./x.sh" with { type: "bytes" };\n`;
  const dir = await folder("bp", {
    "src/buildpack.ts": `${imports}console.log(t, b);\n${buildpack}`,
    "src/x.sh": "hello",
  });
  const { files, code } = await bundle([moduleIn(dir)], { cwd: dir });
  expect(files.filter(({ path }) => path.endsWith(".sh")).map(({ path }) => path)).toEqual([join(dir, "src/x.sh")]);
  expect(Buffer.from(code).toString()).toContain('"hello"');
});
