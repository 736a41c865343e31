import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clone, isWorkspaceOf, ownClone, tarballOf } from "./clone.ts";
import { ScaffoldError } from "./errors.ts";
import type { Project } from "./project/project.ts";
import type { ProjectFile } from "./project/render.ts";
import { packageVersion } from "./release.ts";

/** The source from which a project installs the packages of libcnb.ts. */
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
 * Determines the source from which a project installs the packages of libcnb.ts. The options take
 * precedence. Otherwise, the packages come from the clone that this code is part of, if there is
 * one.
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
      hint: `Download the npm packages of version ${version} into ${dir}, or run the version of create-buildpack that matches the packages in ${dir}.`,
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
