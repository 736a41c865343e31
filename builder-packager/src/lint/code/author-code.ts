import { readdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { BuildFailure, BuildResult, Message, Plugin } from "esbuild";
import type { SourceModule } from "../../buildpackage/module.ts";
import type { Position } from "../../config/toml-keys.ts";
import { readForeignFile } from "../../files/foreign-file.ts";

/**
 * A file that the author of a buildpack wrote: a module that the buildpack's program imports, or
 * another packaged file.
 */
export interface SourceFile {
  /** The path relative to the buildpack's directory. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly isModule: boolean;
}

/** A mistake in the author's code, because of which the bundler refuses the code. */
export interface CodeError extends Position {
  readonly path: string;
  readonly message: string;
}

/** The parts of a module (a buildpack or an extension) that determine its code. */
type CodeSource = Pick<SourceModule, "content" | "dir" | "included">;

/** The code of a buildpack or extension, without packages from npm. */
export interface AuthorCode {
  readonly files: readonly SourceFile[];
  readonly errors: readonly CodeError[];
  /** False if some files are too large to be read, so that a missing name proves nothing. */
  readonly isComplete: boolean;
}

/**
 * The bytes that are read at most: a prebuilt module (a buildpack or an extension) may contain
 * gigabytes of programs.
 */
const mostBytes = 64 * 1024 ** 2;
const mostFiles = 5000;

/**
 * Reads the code of a buildpack or extension: the modules that its entries import, and the other
 * files of its package.
 *
 * @param most the maximum number of bytes to read from the imported modules, and again from the
 * other files
 */
export async function authorCode(module: CodeSource, most = mostBytes): Promise<AuthorCode> {
  const { content, dir, included } = module;
  if (content.kind === "typescript") {
    const entries = [content.entry, ...content.execD.map(({ entry }) => entry)];
    const { inputs, errors } = await importedFiles(entries, dir);
    const others = included.map((name) => join(dir, name)).filter((path) => !inputs.includes(path));
    const read = [
      await readAll(inputs, { dir, most, isModule: true }),
      await readAll(others, { dir, most, isModule: false }),
    ];
    return {
      files: read.flatMap(({ files }) => files),
      isComplete: read.every(({ isComplete }) => isComplete) && errors.length === 0,
      errors,
    };
  }
  const paths = await filesBelow(dir);
  const { files, isComplete } = await readAll(paths.slice(0, mostFiles), { dir, most, isModule: false });
  return { files, isComplete: isComplete && paths.length <= mostFiles, errors: [] };
}

interface ReadOptions {
  readonly dir: string;
  readonly most: number;
  readonly isModule: boolean;
}

async function readAll(paths: readonly string[], { dir, most, isModule }: ReadOptions) {
  const files: SourceFile[] = [];
  let left = most;
  for (const path of paths) {
    const bytes = await readForeignFile(path, left).catch(() => undefined);
    left -= bytes?.length ?? 0;
    if (bytes !== undefined) files.push({ name: relative(dir, path), path, text: bytes.toString("latin1"), isModule });
  }
  return { files, isComplete: files.length === paths.length };
}

/**
 * The files of a prebuilt module (a buildpack or an extension), without its descriptor and
 * documentation.
 */
async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !/\.(md|toml|cnb)$/i.test(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(\.git|node_modules)$/.test(entry.name));
  const below = await Promise.all(folders.map(({ name }) => filesBelow(join(dir, name))));
  return [...files.map(({ name }) => join(dir, name)), ...below.flat()];
}

/** The author's files that entries import, with symbolic links resolved, and the mistakes in them. */
async function importedFiles(entries: readonly string[], dir: string) {
  const { build } = await import("esbuild");
  const result: BuildResult<{ metafile: true }> | BuildFailure = await build({
    entryPoints: [...entries],
    absWorkingDir: dir,
    outdir: dir,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    conditions: ["@libcnb/source"],
    logLevel: "silent",
    loader: { ".node": "empty" },
    tsconfigRaw: {},
    plugins: [withoutPackages],
  }).catch((failure: BuildFailure) => failure);
  if (!("metafile" in result))
    return { inputs: [...entries], errors: result.errors.map((error) => codeError(error, dir)) };
  const inputs = Object.keys(result.metafile.inputs).map((name) => resolve(dir, name));
  return { inputs, errors: [] };
}

const codeError = ({ text, location }: Message, dir: string): CodeError => ({
  path: resolve(dir, location?.file ?? "."),
  line: location?.line ?? 1,
  column: (location?.column ?? 0) + 1,
  message: text,
});

const isPackage = (path: string): boolean => path.includes("/node_modules/");

/** Resolves packages from npm and the framework, but does not read them. */
const withoutPackages: Plugin = {
  name: "author-code",
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...place }) => {
      if (pluginData === "resolved" || place.kind === "entry-point") return undefined;
      if (/^libcnb(\/|$)/.test(path)) return { path, external: true };
      const { kind, importer, resolveDir, namespace } = place;
      const found = await find(path, { kind, importer, resolveDir, namespace, pluginData: "resolved" });
      return found.external || isPackage(found.path) ? { path, external: true, errors: found.errors } : found;
    });
    onResolve({ filter: /^\./ }, ({ importer, resolveDir }) =>
      isPackage(importer) ? { path: dirname(resolveDir), external: true } : undefined,
    );
  },
};
