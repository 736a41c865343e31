import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** The fields of a package.json that cnb reads. Their values are untrusted. */
export interface Manifest {
  readonly name: string;
  readonly version?: unknown;
  readonly private?: unknown;
  readonly license?: unknown;
  readonly licenses?: unknown;
  readonly description?: unknown;
  readonly author?: unknown;
  readonly sideEffects?: unknown;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean } | undefined>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The package that contains a file. */
export interface Owner {
  readonly dir: string;
  readonly manifest: Manifest;
  /** True for a package in a `node_modules` directory, which is third-party. */
  readonly isInstalled: boolean;
}

/**
 * Finds the package that contains a directory: the nearest package.json in a parent directory that
 * has a name. Returns undefined if there is none. For a directory in `node_modules`, only the
 * package.json of the installed package is considered.
 */
export function ownerOf(dir: string): Owner | undefined {
  const installed = installedDir(dir);
  if (installed !== undefined) {
    return { dir: installed, manifest: manifestIn(installed) ?? { name: nameOf(installed) }, isInstalled: true };
  }
  const manifest = manifestIn(dir);
  // A nameless package.json only sets the module type of a dist directory.
  if (manifest !== undefined) return { dir, manifest, isInstalled: false };
  return dirname(dir) === dir ? undefined : ownerOf(dirname(dir));
}

/** `/x/node_modules/@a/b` for `/x/node_modules/@a/b/dist`. */
function installedDir(dir: string): string | undefined {
  const parts = dir.split(sep);
  const start = parts.lastIndexOf("node_modules") + 1;
  if (start === 0 || start === parts.length) return undefined;
  return parts.slice(0, start + (parts[start]?.startsWith("@") ? 2 : 1)).join(sep);
}

/** `@a/b` for `/x/node_modules/@a/b`. */
const nameOf = (dir: string): string =>
  dir.slice(dir.lastIndexOf(`${sep}node_modules${sep}`) + "/node_modules/".length).replaceAll(sep, "/");

function manifestIn(dir: string): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    return isNamed(manifest) ? manifest : undefined;
  } catch {
    return undefined; // none, or none that could be read
  }
}

const isNamed = (value: unknown): value is Manifest =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" && value.name !== "";
