import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { readTomlLock } from "../project/toml-lock.ts";
import { extrasOf, groupsOf } from "./dependencies.ts";
import { inputsOf } from "./inputs.ts";
import { type PoetryPackage, packagesIn } from "./lockfile.ts";
import { publicSettings } from "./public-settings.ts";
import { type PoetrySelection, poetrySelection } from "./selection.ts";

/** A project that Poetry installs. */
export interface PoetryProject extends Project {
  readonly pyproject: Table;
  /** Packages of the lockfile; empty without one. */
  readonly packages: readonly PoetryPackage[];
  readonly selection: PoetrySelection;
  /** Folders of projects that the environment leads to, relative to the app. */
  readonly codeDirs: readonly string[];
}

/** Reads an app's files for Poetry and refuses invalid ones with an error that names the file. */
export async function readProject(source: ProjectSource): Promise<PoetryProject> {
  const { app, choice, dir, settings } = source;
  const lock = choice.lockfile === undefined ? {} : await readTomlLock(app, inDir(dir, "poetry.lock"), "poetry lock");
  const packages = packagesIn(lock);
  const main = await mainManifest(source);
  const selection = poetrySelection(settings, {
    groups: Object.keys(groupsOf(main.table)),
    extras: extrasOf(main.table),
  });
  await checkPython(source, { requirement: pythonOf(lock, main), file: choice.lockfile ?? "pyproject.toml" });
  const manifests = [
    main,
    ...(await Promise.all(editableDirs(packages, dir).map((each) => readManifest(app, each, true)))),
  ];
  return {
    ...source,
    pyproject: main.table,
    packages,
    selection,
    codeDirs: manifests.filter(({ isInstalled }) => isInstalled).map((each) => each.dir),
    inputs: await inputsOf(source, { lock, packages, manifests, selection }),
    mustInstall: whyAlwaysInstalled(manifests),
    withoutCredentials: {
      ...(await publicTexts(app, [...new Set(manifests.map((each) => each.dir))], ["poetry.lock"])),
      ...(await publicSettings(app, dir)),
    },
  };
}

/** Poetry installs the project itself unless it is told that it is no package. */
async function mainManifest({ app, dir }: ProjectSource): Promise<Manifest> {
  const main = await readManifest(app, dir, true);
  return { ...main, isInstalled: tableOf(tableOf(main.table["tool"])["poetry"])["package-mode"] !== false };
}

function pythonOf(lock: Table, { table }: Manifest): string | undefined {
  const written = tableOf(lock["metadata"])["python-versions"] ?? tableOf(table["project"])["requires-python"];
  return typeof written === "string" ? specifierOf(written) : undefined;
}

/** `^3.11` as PEP 440 writes it; what else only Poetry knows is left to Poetry. */
const specifierOf = (written: string): string | undefined => {
  const [, major, rest = ""] = /^\^(\d+)((?:\.\d+)*)$/.exec(written.trim()) ?? [];
  return major === undefined ? written : `>=${major}${rest},<${Number(major) + 1}`;
};

const editableDirs = (packages: readonly PoetryPackage[], dir: string): readonly string[] =>
  packages
    .filter(({ isEditable, source }) => isEditable && source?.type === "directory")
    .map(({ source }) => posix.join(dir, source?.url ?? "").replace(/^\.$|\/$/g, ""))
    .filter((path) => !/^(?:\.\.(?:\/|$)|\/)/.test(path));
