import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { InstallContext, PackageIndex, PythonPackageManager, Variables, Work } from "../package-manager.ts";
import { type Index, pipSettings } from "../project/pip-settings.ts";
import { withoutTraces } from "../project/traces.ts";
import { namesOf, sourcesOf } from "../registry/named-indexes.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { groupsOf } from "./dependencies.ts";
import { copiedPaths } from "./inputs.ts";
import { lockedPackages } from "./locked.ts";
import { type PoetryProject, readProject } from "./project.ts";

/** The {@link PythonPackageManager} for Poetry. It installs a project with a `poetry.lock`. */
export const poetry: PythonPackageManager = {
  name: "poetry",
  title: "Poetry",
  read: readProject,
  environment,
  install,
  async packages(work) {
    const { packages, pyproject, python, selection } = work.project as PoetryProject;
    return installedPackages(work, await lockedPackages({ ...selection, packages, pyproject, values: python.markers }));
  },
};

/** Runs `poetry install`: the environment is empty, so that nothing has to be removed. */
async function install(work: Work): Promise<void> {
  const project = work.project as PoetryProject;
  const { app, choice, codeDirs, dir, packages } = project;
  const env = await accessVariables(work);
  const act = () =>
    runExplained(work.run, { command: ["poetry", ...installArguments(project)], options: { cwd: dir, env } }, (end) =>
      installFailure("poetry", end, choice),
    );
  await withoutTraces(app, codeDirs, act, copiedPaths(packages, dir));
  // where Poetry installs the plugins that the project demands
  await rm(app.path(inDir(dir, ".poetry")), { recursive: true, force: true });
  // Poetry has just created this lockfile: the next build must not treat it as the app's
  if (choice.lockfile === undefined) await rm(app.path(inDir(dir, "poetry.lock")), { force: true });
}

export const installArguments = (project: Pick<PoetryProject, "selection" | "pyproject">): string[] => [
  "install",
  "--no-interaction",
  "--no-ansi",
  ...groupArguments(project),
  ...project.selection.extras.flatMap((extra) => ["--extras", extra]),
];

/** Poetry does not know groups that name no packages, not even `main` of a project that needs none. */
function groupArguments({ selection, pyproject }: Pick<PoetryProject, "selection" | "pyproject">): readonly string[] {
  const known = Object.entries(groupsOf(pyproject)).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
  const wanted = selection.groups.filter((name) => known.includes(name));
  const others = known.filter((name) => !wanted.includes(name));
  if (wanted.includes("main") || !selection.groups.includes("main")) return ["--only", wanted.join()];
  return [
    ...(wanted.length > 0 ? ["--with", wanted.join()] : []),
    ...(others.length > 0 ? ["--without", others.join()] : []),
  ];
}

/** Poetry does not know the settings of pip, nor, as it brings certificates of its own, those of OpenSSL, which platforms set. */
async function accessVariables(work: Work): Promise<Variables> {
  const { cert, index } = await pipSettings(work);
  const { SSL_CERT_FILE, REQUESTS_CA_BUNDLE = cert ?? SSL_CERT_FILE } = work.project.env;
  return { ...defined({ REQUESTS_CA_BUNDLE }), ...(await indexVariables(work, index)) };
}

async function indexVariables({ workDir }: Work, index: Index | undefined): Promise<Variables> {
  if (index === undefined) return {};
  const dir = join(workDir, "poetry");
  await writeIndexPlugin(dir);
  return { PYTHONPATH: dir, [variable]: index.url, ...Object.fromEntries(credentials({ ...index, name: "PyPI" })) };
}

/**
 * Writes a Poetry plugin that loads packages of the public index from the URL in the environment
 * variable {@link variable}. The plugin is necessary because Poetry itself only supports mirrors as
 * named sources in the project.
 */
export async function writeIndexPlugin(dir: string): Promise<void> {
  const metadata = join(dir, "libcnb_index-1.dist-info");
  await mkdir(metadata, { recursive: true });
  await writeFile(join(dir, "libcnb_index.py"), program);
  await writeFile(join(metadata, "METADATA"), "Metadata-Version: 2.1\nName: libcnb-index\nVersion: 1\n");
  await writeFile(join(metadata, "entry_points.txt"), "[poetry.plugin]\nlibcnb-index = libcnb_index:IndexPlugin\n");
}

/** The name of the environment variable with the URL of the package index, without credentials. */
export const variable = "LIBCNB_PACKAGE_INDEX";
const program = `
import os
from poetry.plugins.plugin import Plugin
from poetry.repositories.legacy_repository import LegacyRepository

class IndexPlugin(Plugin):
    def activate(self, poetry, io):
        pool, name, url = poetry.pool, "PyPI", os.environ["${variable}"]
        if pool.has_repository(name):
            # by this it finds the credentials for the files
            poetry.config.merge({"repositories": {name: {"url": url}}})
            priority = pool.get_priority(name)
            pool.remove_repository(name)
            pool.add_repository(LegacyRepository(name, url, config=poetry.config), priority=priority)
`;

/**
 * The environment variables for Poetry. They select the virtual environment, and override settings
 * of the user or poetry.toml that conflict with the build.
 */
function environment({ project, venv, cacheDir, indexes }: InstallContext): Variables {
  return {
    VIRTUAL_ENV: venv.dir,
    POETRY_VIRTUALENVS_CREATE: "true",
    CONDA_PREFIX: undefined,
    CONDA_DEFAULT_ENV: undefined,
    POETRY_ACTIVE: undefined,
    POETRY_CACHE_DIR: join(cacheDir, "poetry"),
    PIP_CACHE_DIR: join(cacheDir, "pip"),
    // without it a build without a desktop may wait for one that asks for a password
    POETRY_KEYRING_ENABLED: "false",
    PYTHON_KEYRING_BACKEND: "keyring.backends.null.Keyring",
    // modules of the app would be taken for Poetry's own
    PYTHONPATH: undefined,
    ...Object.fromEntries(
      indexes.flatMap((index) =>
        namesOf(index, sourcesOf((project as PoetryProject).pyproject, "poetry")).flatMap((name) =>
          credentials({ ...index, name }),
        ),
      ),
    ),
  };
}

export function credentials({
  name,
  username,
  password,
}: Pick<PackageIndex, "name" | "username" | "password">): readonly (readonly [string, string])[] {
  const variable = `POETRY_HTTP_BASIC_${name.toUpperCase().replace(/[^A-Z\d]/g, "_")}`;
  return [
    ...(username === undefined ? [] : [[`${variable}_USERNAME`, username] as const]),
    ...(password === undefined ? [] : [[`${variable}_PASSWORD`, password] as const]),
  ];
}
