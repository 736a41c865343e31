import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnLoadResult, Plugin } from "esbuild";

/**
 * The maximum number and total size of the source files of one app: ten times those of the largest
 * known buildpacks.
 */
export const sourceLimits: SourceLimits = { files: 20_000, bytes: 100 * 1024 * 1024 };

interface SourceLimits {
  readonly files: number;
  readonly bytes: number;
}

/** The reason why a file is not compiled. */
type Refusal = string | undefined;

interface Confinement {
  readonly isInside: (path: string) => boolean;
  readonly limits: SourceLimits;
  readonly read: { files: number; bytes: number };
}

/**
 * Creates a plugin that restricts the bundler to regular files below `roots`. Each file is checked
 * when it is loaded, which covers every form of import. Real paths are compared. esbuild reads
 * source maps without loading them as modules, so the comments that name source maps are checked as
 * well.
 *
 * @param roots real paths of directories
 */
export function confinedTo(roots: readonly string[], limits: SourceLimits = sourceLimits): Plugin {
  const confinement = { isInside: isBelow(roots), limits, read: { files: 0, bytes: 0 } };
  return {
    name: "confined",
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: "file" }, async ({ path }) => result(await refusal(path, confinement)));
    },
  };
}

/**
 * Creates a function that is true if a real path is one of the directories or below one of them.
 */
export const isBelow =
  (roots: readonly string[]) =>
  (path: string): boolean =>
    roots.some((root) => path === root || path.startsWith(`${root}/`));

const result = (why: Refusal): OnLoadResult | undefined =>
  why === undefined ? undefined : { errors: [{ text: `This import cannot be compiled: ${why}` }] };

/** Refuses a file outside without revealing whether it exists. */
async function refusal(path: string, confinement: Confinement): Promise<Refusal> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !confinement.isInside(real)) return "it leads out of the application";
  const facts = await stat(real);
  if (!facts.isFile()) return "it is not a regular file";
  return tooMuch(facts.size, confinement) ?? (await mapRefusal(real, confinement));
}

function tooMuch(size: number, { read, limits }: Confinement): Refusal {
  read.files += 1;
  read.bytes += size;
  if (read.files > limits.files) return `the sources have more than ${limits.files} files`;
  return read.bytes > limits.bytes ? `the sources are larger than ${limits.bytes / 2 ** 20} MiB` : undefined;
}

const comment = /[#@][ \t]*sourceMappingURL=([^\s'"]+)/g;

async function mapRefusal(file: string, { isInside }: Confinement): Promise<Refusal> {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return undefined;
  const text = await readFile(file, "latin1");
  for (const [, url = ""] of text.matchAll(comment)) {
    const paths = await Promise.all(pathsOf(url, dirname(file)).map((path) => realpath(path).catch(() => undefined)));
    if (paths.some((path) => path !== undefined && !isInside(path)))
      return "its source map leads out of the application";
  }
  return undefined;
}

/** All paths that a reader of the comment may derive from it. An inline map has no path. */
function pathsOf(url: string, dir: string): readonly string[] {
  if (url.startsWith("data:")) return [];
  const path = url.replace(/[?#].*$/, "");
  return [url, path, tryTo(() => decodeURIComponent(path)), tryTo(() => fileURLToPath(url))].flatMap((path) =>
    path === undefined || path.includes("\0") ? [] : [resolve(dir, path)],
  );
}

function tryTo(parse: () => string): string | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
