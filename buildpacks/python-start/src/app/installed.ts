import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { distributionsAmong, normalizedName } from "@libcnb/python-app/distributions";
import type { Env } from "libcnb";

/** The packages installed in the virtual environment that an earlier buildpack created. */
export interface InstalledPackages {
  /** True if there is a virtual environment. */
  readonly isPresent: boolean;
  /** True if a package is installed. Names are compared in their normalized form. */
  has(name: string): boolean;
  /** True if the environment contains the program. */
  program(name: string): boolean;
  /** True if the environment or the base image contains the program. */
  command(name: string): Promise<boolean>;
  /** True if the environment contains the module, for example `uvicorn.workers`. */
  module(name: string): Promise<boolean>;
}

/** Reads the packages in the virtual environment that the variable VIRTUAL_ENV names. */
export async function readInstalled(env: Env): Promise<InstalledPackages> {
  const venv = env["VIRTUAL_ENV"];
  const [folders, programs] =
    venv === undefined ? [[], []] : [await sitePackages(venv), await namesIn(join(venv, "bin"))];
  const names = new Set((await Promise.all(folders.map(packagesIn))).flat());
  return {
    isPresent: venv !== undefined,
    has: (name) => names.has(normalizedName(name)),
    program: (name) => programs.includes(name),
    async command(name) {
      const locations = (env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
      return (
        programs.includes(name) ||
        (await Promise.all(locations.map((folder) => isFile(join(folder, name))))).includes(true)
      );
    },
    async module(name) {
      const path = name.replaceAll(".", "/");
      const files = folders.flatMap((folder) =>
        [`${path}.py`, `${path}/__init__.py`].map((file) => isFile(join(folder, file))),
      );
      return (await Promise.all(files)).includes(true);
    },
  };
}

async function sitePackages(venv: string): Promise<readonly string[]> {
  const versions = (await namesIn(join(venv, "lib"))).filter((name) => /^python3\.\d+t?$/.test(name));
  return versions.map((version) => join(venv, "lib", version, "site-packages"));
}

/** Each installed package has a directory with what is known of it: `Flask-3.1.2.dist-info`. */
const packagesIn = async (folder: string): Promise<readonly string[]> =>
  distributionsAmong(await namesIn(folder)).map(({ name }) => normalizedName(name));

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
