// Bundles the compiled modules of the command `cnb`, because fewer and smaller files load faster. A rebase loads about 90
// modules. With them in a bundle of 50 ES modules, this took 140 ms of processor time. With the functions below, it takes
// 80 ms (Node.js 24). The reasons: an ES module costs half a millisecond, and importing a module of Node.js reads all its
// properties, for which Node.js loads further modules that the command does not use.
//
// esbuild splits the command into chunks. Each chunk becomes a function in one of two files. The first file contains the
// chunks that a rebase may load, because most commands share them. The second file contains all others. Lazy imports stay
// lazy, and names stay readable in stack traces.
import { createHash } from "node:crypto";
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";

// The bundle is next to the compiled modules, so that paths relative to `import.meta.url` stay valid.
const dir = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "dist");
// `apart`: packages with programs, files or code that is loaded by name. `absent`: optional dependencies of libraries, which
// are not installed.
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

/** True for the entry of a part that a rebase loads lazily, but only few do. */
const isSeldom = (part) => /\/signing\/keyless\/[^/]+$/.test(outputs.get(part)?.entryPoint ?? "");

/** A chunk and all chunks that it imports. With `andLater`, lazy imports are included. */
function closure(part, andLater, found = new Set()) {
  if (!outputs.has(part) || found.has(part)) return found;
  found.add(part);
  for (const { path, kind } of outputs.get(part).imports)
    if (kind !== "dynamic-import" || (andLater && !isSeldom(basename(path)))) closure(basename(path), andLater, found);
  return found;
}

/** The function that contains the code of a chunk. bin/load.cjs calls it. */
async function functionOf({ path, text }) {
  const name = basename(path);
  const format = { format: "cjs", define: { "import.meta.url": "place", "import.meta.dirname": "dir" } };
  const { code, warnings } = await transform(text, { ...format, ...style });
  if (warnings.length > 0) throw new Error(`cannot convert ${name} into a function`);
  return `"./${name}"(module,exports,require,later,place,dir){${withoutImport(name, code.trim())}}`;
}

/** Replaces import() by calls of `later`, because the scripts that bin/load.cjs compiles have no import(). */
function withoutImport(name, code) {
  const lazy = outputs.get(name).imports.filter(({ kind }) => kind === "dynamic-import");
  const ids = lazy.map(({ path, external }) => (external ? path : `./${basename(path)}`));
  const changed = [...new Set(ids)].reduce((text, id) => text.replaceAll(`import("${id}")`, `later("${id}")`), code);
  const found = changed.match(/\blater\("[^"]+"\)/g)?.length ?? 0;
  if (found !== ids.length) throw new Error(`cannot find all lazy imports of ${name}`);
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
await replace("cnb.packages.json", JSON.stringify(await packagesOf(metafile, outputFiles)));

/**
 * The npm packages in the two files and xz-decompress, with their licences. `cnb builder create --with-cnb` writes them into
 * the SBOM and the licences of a builder, where no node_modules has them.
 */
async function packagesOf(metafile, outputs) {
  const compiled = (name) => import(`./dist/compile/${name}.js`);
  const { bundledPackages, filesOf } = await compiled("bundle/packages");
  const { noticesIn } = await compiled("bundle/bundler");
  const { packageLicenses } = await compiled("licenses/licenses");
  const { programComponents } = await compiled("licenses/components");
  const xz = { path: createRequire(import.meta.url).resolve("xz-decompress"), bytes: 1 };
  const packages = bundledPackages([...filesOf(metafile, process.cwd()), xz], []);
  return {
    components: programComponents({ packages, node: undefined }),
    licenses: await packageLicenses(packages),
    notices: noticesIn(outputs),
  };
}

/** Writes chunks into a file that is named by the digest of its contents. */
async function write(files) {
  const text = `({__proto__:null,\n${(await Promise.all(files.map(functionOf))).join(",\n")}})\n`;
  const name = `cnb-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.parts`;
  await replace(name, text);
  return name;
}

/** Replaces a file atomically, so that a cnb that starts at the same time reads a complete file. */
async function replace(name, text) {
  await writeFile(join(dir, `${name}.new`), text);
  await rename(join(dir, `${name}.new`), join(dir, name));
}

// Old files are removed after a day, because a running cnb may still load its second file.
const agedMs = 24 * 60 * 60 * 1000;
for (const name of await readdir(dir)) {
  const isOld = async () => Date.now() - (await stat(join(dir, name))).mtimeMs > agedMs;
  const isOurs = /^cnb(-\w+)?\.(js|parts)$/.test(name) && !Object.values(made).includes(name);
  if (isOurs && (await isOld())) await rm(join(dir, name), { force: true });
}
