/** A file of an app with its size. Other entries have no size. */
export interface SizedEntry {
  /** The path relative to the app. */
  readonly path: string;
  readonly size?: number;
}

/**
 * Returns the immediate subdirectories of `below` with more than a megabyte of files, largest
 * first, 16 at most. Files below `installed` are ignored. The caller makes each of these
 * directories a slice, so that code changes do not affect their layers in the image.
 */
export function largeFolders(
  entries: readonly SizedEntry[],
  below: readonly string[],
  installed: readonly string[],
): readonly string[] {
  const sizes = new Map<string, number>();
  for (const entry of entries) {
    const folder = folderOf(entry.path, below);
    if (entry.size === undefined || folder === undefined || installed.some((path) => isIn(entry.path, path))) continue;
    sizes.set(folder, (sizes.get(folder) ?? 0) + entry.size);
  }
  const large = [...sizes]
    .filter(([, size]) => size > largeBytes)
    .toSorted(([x, a], [y, b]) => b - a || (x < y ? -1 : 1));
  return large.slice(0, mostSlices).map(([folder]) => folder);
}

const largeBytes = 1_000_000;

/** An image has at most 127 layers, and other buildpacks want some. */
const mostSlices = 16;

/** The directory below the innermost of the given ones that a file is in. */
function folderOf(path: string, below: readonly string[]): string | undefined {
  const [base] = below.filter((dir) => isIn(path, dir)).toSorted((a, b) => b.length - a.length);
  if (base === undefined) return undefined;
  const [name, rest] = path.slice(base === "" ? 0 : base.length + 1).split("/", 2);
  return rest === undefined ? undefined : `${base === "" ? "" : `${base}/`}${name}`;
}

const isIn = (path: string, dir: string): boolean => dir === "" || path === dir || path.startsWith(`${dir}/`);

/** Escapes the wildcards in a directory name for use in a pattern. */
export const asPattern = (path: string): string => path.replace(/[\\*?[\]]/g, "\\$&");
