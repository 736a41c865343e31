import { existsSync, readFileSync } from "node:fs";

/** The exact versions of a project's dependencies, by package name. */
export type Release = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies?: Release;
  readonly optionalDependencies?: Release;
}

const file = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = (path: string): Manifest => JSON.parse(readFileSync(file(path), "utf8"));

/** Returns the version of this package. */
export const packageVersion = (): string => manifest("package.json").version;

/**
 * Returns the versions of a project's dependencies that belong to this release of libcnb.ts. The
 * versions are recorded when the package is built, or read from the manifests of the repository.
 */
export function release(): Release {
  const built = import.meta.url.endsWith(".js") && existsSync(file("dist/release.json"));
  return built ? JSON.parse(readFileSync(file("dist/release.json"), "utf8")) : workspaceRelease();
}

/**
 * Reads the versions of a project's dependencies from the repository: the versions of the
 * repository's own packages, and of the tools with which they are tested.
 */
export function workspaceRelease(): Release {
  const { devDependencies = {}, optionalDependencies = {} } = manifest("../package.json");
  const packages = ["framework", "builder-packager"].map((folder) => manifest(`../${folder}/package.json`));
  return {
    ...devDependencies,
    ...optionalDependencies,
    ...Object.fromEntries(packages.map(({ name, version }) => [name, version])),
  };
}
