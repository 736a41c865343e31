import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Table } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { indexesIn } from "../project/named-indexes.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { selectionOf } from "../project/selection.ts";
import type { NamedIndex } from "../registry/same-index.ts";
import { pipConfOf } from "./locked-sources.ts";
import { decisiveLock, lockOf, type PipenvLock, type PipenvPackage, readLock } from "./lockfile.ts";
import { categoriesIn, decisivePipfile, pythonOf } from "./pipfile.ts";

/** A project that Pipenv installs. */
export interface PipenvProject extends Project {
  /** Empty without a lockfile. */
  readonly lock: PipenvLock;
  /** The Pipfile names indexes. */
  readonly hasSources: boolean;
  /**
   * pip's settings where a Pipfile without indexes was locked, if they differ from the default: a
   * pip.conf.
   */
  readonly pipConf: string | undefined;
  /** Sources with a name. */
  readonly sources: readonly NamedIndex[];
  /** The installed categories, `packages` first. */
  readonly categories: readonly string[];
  /** Folders of projects that the environment leads to, relative to the app. */
  readonly codeDirs: readonly string[];
}

/** Reads an app's files for Pipenv and refuses invalid ones with an error that names the file. */
export async function readProject(source: ProjectSource): Promise<PipenvProject> {
  const { app, choice, dir } = source;
  const pipfile = await app.readToml(inDir(dir, "Pipfile"));
  const table = choice.lockfile === undefined ? {} : await readLock(app, inDir(dir, choice.lockfile));
  const lock = lockOf(table);
  const categories = categoriesOf(source, pipfile);
  await checkPython(source, { requirement: pythonOf(pipfile), file: "Pipfile" });
  const codeDirs = pathsIn(lock, dir, true);
  const manifests = await Promise.all(codeDirs.map((each) => readManifest(app, each, true)));
  return {
    ...source,
    lock,
    hasSources: pipfile["source"] !== undefined,
    pipConf: pipConfOf(table),
    sources: indexesIn(pipfile["source"]),
    categories,
    codeDirs,
    inputs: await inputsOf(source, { pipfile, table, lock, manifests, categories }),
    mustInstall: whyAlwaysInstalled(manifests),
    withoutCredentials: await publicTexts(app, [...new Set([dir, ...codeDirs])], ["Pipfile", "Pipfile.lock"]),
  };
}

function categoriesOf({ settings }: ProjectSource, pipfile: Table): readonly string[] {
  const known = ["dev", "dev-packages", ...Object.keys(categoriesIn(pipfile)).filter((name) => name !== "packages")];
  const { groups } = selectionOf(settings, { groups: known, extras: [] });
  return ["packages", ...new Set(groups.map((name) => (name === "dev" ? "dev-packages" : name)))];
}

interface InputFiles extends Pick<PipenvProject, "lock" | "categories"> {
  readonly pipfile: Table;
  readonly table: Table;
  readonly manifests: readonly Manifest[];
}

async function inputsOf(
  { app, dir }: ProjectSource,
  { pipfile, table, lock, manifests, categories }: InputFiles,
): Promise<Project["inputs"]> {
  const copied = pathsIn(lock, dir, false);
  return {
    "Pipfile.lock": decisiveLock(table),
    Pipfile: decisivePipfile(pipfile),
    "pyproject.toml": decisiveText(manifests, "setuptools"),
    "folders of packages": copied.length === 0 ? "" : await app.digest(...copied),
    groups: categories.join(),
  };
}

/** Folders and archives of the app among the packages, relative to the app. */
export const pathsIn = (lock: PipenvLock, dir: string, isEditable: boolean): readonly string[] => [
  ...new Set(
    Object.values(lock)
      .flat()
      .filter((each): each is PipenvPackage & { readonly path: string } => each.path !== undefined)
      .filter((each) => each.isEditable === isEditable)
      .map(({ path }) => posix.join(dir, path).replace(/^\.$|\/$/g, ""))
      .filter((path) => !/^(?:\.\.(?:\/|$)|\/)/.test(path)),
  ),
];
