import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { App, s } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { readTomlLock } from "../project/toml-lock.ts";
import { extrasOf, groupsOf, type PoetrySelection, poetrySelection } from "./dependencies.ts";
import { inputsOf } from "./inputs.ts";
import { type PoetryPackage, packagesIn } from "./lockfile.ts";

/** A project that Poetry installs. */
export interface PoetryProject extends Project {
  readonly pyproject: s.Table;
  /** The packages of the lockfile; empty if there is no lockfile. */
  readonly packages: readonly PoetryPackage[];
  readonly selection: PoetrySelection;
  /** The directories of projects whose code the environment links to, relative to the app. */
  readonly codeDirs: readonly string[];
}

/** Reads an app's files that Poetry uses. An invalid file causes an error that names the file. */
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

/**
 * Reads the manifest of the project itself. Poetry installs the project unless `package-mode` is
 * false.
 */
async function mainManifest({ app, dir }: ProjectSource): Promise<Manifest> {
  const main = await readManifest(app, dir, true);
  return { ...main, isInstalled: tableOf(tableOf(main.table["tool"])["poetry"])["package-mode"] !== false };
}

function pythonOf(lock: s.Table, { table }: Manifest): string | undefined {
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

/**
 * The poetry.toml of a directory without credentials, if it contains some, because everything in
 * the app goes into the image.
 */
async function publicSettings(app: App, dir: string): Promise<Readonly<Record<string, string>>> {
  const path = inDir(dir, "poetry.toml");
  const text = (await app.exists(path)) ? await app.readText(path) : "";
  const kept = withoutCredentials(text);
  return kept === text ? {} : { [path]: kept };
}

/**
 * Removes credentials from the text of a poetry.toml: the tables and keys that `poetry config
 * --local` writes.
 */
export function withoutCredentials(text: string): string {
  let isSecret = false;
  const kept = text.split("\n").filter((line) => {
    const [, table] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (table !== undefined) isSecret = secret.test(table);
    return !isSecret && !secret.test(line);
  });
  return kept.join("\n");
}
const secret = /^\s*["']?(?:http-basic|pypi-token)\b/;
