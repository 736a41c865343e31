// Puts the command `cnb` together from what the compiler made of src: fewer and smaller files start faster. To load what a
// rebase needs, some 90 modules, took 140 ms of processor time with the work as 50 ES modules of a bundle and takes 80 ms so
// (Node.js 24): an ES module costs half a millisecond, and the import of one of Node's own reads all its properties, for which
// Node loads what nobody asks for.
//
// The parts that esbuild splits the command into become functions in two files: what a rebase may load, which is what most
// commands share, and the rest. What lazily imports what stays so. Names stay readable in stack traces.
import { createHash } from "node:crypto";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";

// Beside the compiled modules: paths that begin at `import.meta.url` lead to the same places from there.
const dir = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "dist");
// Programs, files and code that is loaded by name; and libraries that ours would load if somebody had installed them.
const apart = ["create-buildpack", "esbuild", "openpgp", "xz-decompress"];
const absent = ["ajv", "ajv-formats", "ajv-formats-draft2019", "libxmljs2", "xmlbuilder2"];
const style = { target: "node22", minifySyntax: true, minifyWhitespace: true, logLevel: "warning" };

const { metafile, outputFiles } = await build({
  entryPoints: { cnb: join(dir, "cli.js") },
  outdir: dir,
  chunkNames: "cnb-[hash]",
  metafile: true,
  write: false,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  external: [...apart, ...absent],
  ...style,
});
const outputs = new Map(Object.entries(metafile.outputs).map(([file, output]) => [basename(file), output]));

/** A part and all that it loads: at once and, when that is asked, later. */
function closure(part, andLater, found = new Set()) {
  if (!outputs.has(part) || found.has(part)) return found;
  found.add(part);
  for (const { path, kind } of outputs.get(part).imports)
    if (andLater || kind !== "dynamic-import") closure(basename(path), andLater, found);
  return found;
}

/** The function that stands for a part, which bin/load.cjs calls. */
async function functionOf({ path, text }) {
  const name = basename(path);
  const format = { format: "cjs", define: { "import.meta.url": "place", "import.meta.dirname": "dir" } };
  const { code, warnings } = await transform(text, { ...format, ...style });
  if (warnings.length > 0) throw new Error(`cannot make a function of ${name}`);
  return `"./${name}"(module,exports,require,later,place,dir){${withoutImport(name, code.trim())}}`;
}

/** V8's scripts have no import() of their own: what a part loads lazily it asks `later` for. */
function withoutImport(name, code) {
  const lazy = outputs.get(name).imports.filter(({ kind }) => kind === "dynamic-import");
  const ids = lazy.map(({ path, external }) => (external ? path : `./${basename(path)}`));
  const changed = [...new Set(ids)].reduce((text, id) => text.replaceAll(`import("${id}")`, `later("${id}")`), code);
  const found = changed.match(/\blater\("[^"]+"\)/g)?.length ?? 0;
  if (found !== ids.length) throw new Error(`cannot tell what ${name} imports lazily`);
  return changed;
}

const often = closure("cnb.js", false);
for (const source of ["commands/rebase.js", "commands/sbom-download.js", "cache-dirs.js", "cache/prune.js"]) {
  const [part] = [...outputs].find(([, { entryPoint }]) => entryPoint?.endsWith(`dist/${source}`)) ?? [];
  closure(part, true, often);
}
const isOften = ({ path }) => often.has(basename(path));
const made = {
  often: await write(outputFiles.filter(isOften)),
  rest: await write(outputFiles.filter((file) => !isOften(file))),
};
await replace("cnb.json", JSON.stringify(made));

/** Writes parts into a file that is named after its contents. */
async function write(files) {
  const text = `({__proto__:null,\n${(await Promise.all(files.map(functionOf))).join(",\n")}})\n`;
  const name = `cnb-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.parts`;
  await replace(name, text);
  return name;
}

/** A cnb that starts meanwhile finds whole files. */
async function replace(name, text) {
  await writeFile(join(dir, `${name}.new`), text);
  await rename(join(dir, `${name}.new`), join(dir, name));
}

// One that runs may still load the rest.
const agedMs = 24 * 60 * 60 * 1000;
for (const name of await readdir(dir)) {
  const isOld = async () => Date.now() - (await stat(join(dir, name))).mtimeMs > agedMs;
  const isOurs = /^cnb(-\w+)?\.(js|parts)$/.test(name) && !Object.values(made).includes(name);
  if (isOurs && (await isOld())) await rm(join(dir, name), { force: true });
}
