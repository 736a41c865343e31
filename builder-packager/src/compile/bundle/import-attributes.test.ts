// @needs processes
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importAttributes } from "libcnb/testing/vite";
import { createServer } from "vite";
import { expect, onTestFinished, test } from "vitest";
import { bundle } from "./bundle.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

async function folder(files: Files): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "import-attributes-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, "node_modules"));
  await symlink(join(import.meta.dirname, "../../../../framework"), join(dir, "node_modules/libcnb"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

/** The value of `globalThis.seen` after the packaged program was loaded. */
async function packaged(dir: string): Promise<unknown> {
  const { code } = await bundle([{ id: "test/x", entry: join(dir, "src/buildpack.ts") }], { cwd: dir });
  await writeFile(join(dir, "packaged.cjs"), code);
  const program = createRequire(import.meta.url)(join(dir, "packaged.cjs"));
  return seenAfter(() => program.buildpacks["test/x"]());
}

/** The same of the module as vitest loads it. */
async function tested(dir: string): Promise<unknown> {
  const server = await createServer({
    root: dir,
    configFile: false,
    logLevel: "silent",
    plugins: [importAttributes()],
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    ssr: { external: ["libcnb"] },
  });
  try {
    return await seenAfter(async () => void (await server.ssrLoadModule(join(dir, "src/buildpack.ts"))));
  } finally {
    await server.close();
  }
}

async function seenAfter(load: () => Promise<void>): Promise<unknown> {
  const path = globalThis as { seen?: unknown };
  delete path.seen;
  await load();
  return path.seen;
}

const buildpack = `export default { detect: () => true, build: () => ({}) };\n`;
const text = "#!/bin/sh\necho 'a `$b`' \\\n</script>\u2028\r\n";
const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

test.for<[string, string, Files, unknown]>([
  ["a shell script", `import x from "./x.sh" with { type: "text" };`, { "src/x.sh": text }, text],
  ["a text file", `import x from "./x.txt" with { type: "text" };`, { "src/x.txt": text }, text],
  [
    "a text file without a suffix",
    `import x from "./Dockerfile" with { type: "text" };`,
    { "src/Dockerfile": text },
    text,
  ],
  ["a JSON file as text", `import x from "./x.json" with { type: "text" };`, { "src/x.json": "{ }\n" }, "{ }\n"],
  ["a CSS file as text", `import x from "./x.css" with { type: "text" };`, { "src/x.css": "a {}" }, "a {}"],
  [
    "a TypeScript file as text",
    `import x from "./x.ts" with { type: "text" };`,
    { "src/x.ts": "let a: 1;" },
    "let a: 1;",
  ],
  ["a file with spaces in its name", `import x from "./x y%.sh" with { type: "text" };`, { "src/x y%.sh": "x" }, "x"],
  ["a file in the parent directory", `import x from "../x.sh" with { type: "text" };`, { "x.sh": "above" }, "above"],
  ["an empty file", `import x from "./x.sh" with { type: "text" };`, { "src/x.sh": "" }, ""],
  [
    "a file as text that is not UTF-8 (an error)",
    `import x from "./x.sh" with { type: "text" };`,
    { "src/x.sh": bytes },
    undefined,
  ],
  [
    "a file as text with a byte order mark (an error)",
    `import x from "./x.sh" with { type: "text" };`,
    { "src/x.sh": "\ufeffa" },
    undefined,
  ],
  ["a binary file as bytes", `import x from "./x.bin" with { type: "bytes" };`, { "src/x.bin": bytes }, bytes],
  [
    "a shell script as bytes",
    `import x from "./x.sh" with { type: "bytes" };`,
    { "src/x.sh": "a" },
    new Uint8Array([97]),
  ],
  [
    "a text file by its explicit default export",
    `import { default as x } from "./x.sh" with { "type": "text" };`,
    { "src/x.sh": text },
    text,
  ],
  [
    "a text file that another module re-exports",
    `import { x } from "./y.ts";`,
    { "src/y.ts": `export { default as x } from "./x.sh" with { type: 'text' };\n`, "src/x.sh": text },
    text,
  ],
])(
  "the import of %s gives the same result in tests and in a packaged buildpack",
  async ([, statement, files, expected]) => {
    const source = `${statement}\n(globalThis as { seen?: unknown }).seen = x;\n${buildpack}`;
    const dir = await folder({ "src/buildpack.ts": source, "package.json": `{ "type": "module" }`, ...files });
    const seen = await tested(dir);
    if (expected !== undefined) expect(seen).toEqual(expected);
    expect(seen).toEqual(await packaged(dir));
  },
);
