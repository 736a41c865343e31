import { existsSync, readFileSync } from "node:fs";

/** Exact versions of what a project depends on. */
export type Release = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies?: Release;
  readonly optionalDependencies?: Release;
}

const file = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = (path: string): Manifest => JSON.parse(readFileSync(file(path), "utf8"));

/** The version of this package. */
export const packageVersion = (): string => manifest("package.json").version;

/** What this release of libcnb.ts goes with: written down when the package is built, in the repository its manifests. */
export function release(): Release {
  const built = import.meta.url.endsWith(".js") && existsSync(file("dist/release.json"));
  return built ? JSON.parse(readFileSync(file("dist/release.json"), "utf8")) : workspaceRelease();
}

/** Read from the repository: its packages, and the tools that it is itself tested with. */
export function workspaceRelease(): Release {
  const { devDependencies = {}, optionalDependencies = {} } = manifest("../package.json");
  const packages = ["framework", "builder-packager"].map((folder) => manifest(`../${folder}/package.json`));
  return {
    ...devDependencies,
    ...optionalDependencies,
    ...Object.fromEntries(packages.map(({ name, version }) => [name, version])),
  };
}
