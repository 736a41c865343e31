import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clone, isWorkspaceOf, ownClone, tarballOf } from "./clone.ts";
import { ScaffoldError } from "./errors.ts";
import type { Project } from "./project/project.ts";
import type { ProjectFile } from "./project/render.ts";
import { packageVersion } from "./release.ts";

/** The origin of the packages of libcnb.ts that a project installs. */
export type PackageSource =
  | { readonly kind: "registry" }
  /** The first command packs the clone's packages into `vendor`. */
  | { readonly kind: "clone"; readonly clone: Clone }
  /** The tarballs are files of the project, in `vendor`. */
  | { readonly kind: "tarballs"; readonly files: readonly ProjectFile[] };

/** The packages that a project installs, dependencies first. */
const packageNames = [
  "libcnb",
  "@libcnb/engine-linux-arm64",
  "@libcnb/engine-linux-x64",
  "create-buildpack",
  "@libcnb/packager",
];

/**
 * Determines where a project gets the packages from: the options take precedence, then a clone that
 * this code is part of.
 *
 * @throws ScaffoldError ARGUMENT_INVALID if a directory of tarballs is incomplete
 */
export async function packageSource({ dir, registry, packages }: Project): Promise<PackageSource> {
  if (packages !== undefined) return { kind: "tarballs", files: await tarballsIn(packages) };
  const clone = registry === undefined ? ownClone() : undefined;
  // npm links the packages into the clone's own workspaces
  return clone && !isWorkspaceOf(clone, dir) ? { kind: "clone", clone } : { kind: "registry" };
}

async function tarballsIn(dir: string): Promise<readonly ProjectFile[]> {
  const version = packageVersion();
  const names = packageNames.map((name) => tarballOf({ name, version }));
  const found = await readdir(dir).catch((cause: unknown) => {
    throw new ScaffoldError("ARGUMENT_INVALID", `--packages: ${dir} cannot be read`, {
      cause,
      hint: "Pass a directory with the npm packages of libcnb.ts as files.",
    });
  });
  const missing = names.filter((name) => !found.includes(name));
  if (missing.length > 0)
    throw new ScaffoldError("ARGUMENT_INVALID", `--packages: ${dir} does not contain ${missing.join(", ")}`, {
      hint: `Download the files of version ${version} into the directory, or use create-buildpack of the version that it contains.`,
    });
  return Promise.all(names.map(async (name) => ({ path: `vendor/${name}`, content: await readFile(join(dir, name)) })));
}

/** Returns the arguments of the npm commands that install a project's dependencies. */
export function installCommands(source: PackageSource): string[][] {
  if (source.kind === "clone") {
    const { packages } = source.clone;
    return [
      ["pack", "--ignore-scripts", "--pack-destination", "vendor", ...packages.map(({ dir }) => dir)],
      ["install", ...packages.map(({ tarball }) => `./vendor/${tarball}`)],
    ];
  }
  return [["install", ...(source.kind === "tarballs" ? source.files.map(({ path }) => `./${path}`) : [])]];
}
