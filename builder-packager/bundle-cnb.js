// Puts the command `cnb` together from what the compiler made of src: fewer and smaller files start faster. To load the 190
// modules of a build takes 200 ms of processor time, to load its parts of this takes 90 ms (Node.js 24).
// What lazily imports what stays so: each command reads its own parts. Names stay readable in stack traces.
import { readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

// Beside the compiled modules: paths that begin at `import.meta.url` lead to the same places from there.
const dir = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "dist");
// Programs, files and code that is loaded by name; and libraries that ours would load if somebody had installed them.
const apart = ["create-buildpack", "esbuild", "openpgp", "xz-decompress"];
const absent = ["ajv", "ajv-formats", "ajv-formats-draft2019", "libxmljs2", "xmlbuilder2"];

const { metafile } = await build({
  ...{ entryPoints: { cnb: join(dir, "cli.js") }, outdir: dir, chunkNames: "cnb-[hash]", metafile: true },
  ...{ bundle: true, splitting: true, format: "esm", platform: "node", target: "node22" },
  ...{ minifySyntax: true, minifyWhitespace: true, external: [...apart, ...absent], logLevel: "warning" },
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
});

// A cnb that runs meanwhile may still load its parts.
const agedMs = 24 * 60 * 60 * 1000;
const made = new Set(Object.keys(metafile.outputs).map((file) => basename(file)));
for (const name of await readdir(dir)) {
  const isOld = async () => Date.now() - (await stat(join(dir, name))).mtimeMs > agedMs;
  if (/^cnb-\w+\.js$/.test(name) && !made.has(name) && (await isOld())) await rm(join(dir, name), { force: true });
}
