import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { selectionOf } from "../project/selection.ts";
import { indexesIn, type NamedIndex } from "../registry/named-indexes.ts";
import {
  categoriesIn,
  decisiveLock,
  decisivePipfile,
  lockOf,
  type PipenvLock,
  type PipenvPackage,
  pythonOf,
  readLock,
} from "./pipfile.ts";

/** A project that Pipenv installs. */
export interface PipenvProject extends Project {
  /** The packages in `Pipfile.lock`; empty if there is no lockfile. */
  readonly lock: PipenvLock;
  /** True if the Pipfile names indexes. */
  readonly hasSources: boolean;
  /**
   * The text of a pip.conf with the settings of the machine on which a Pipfile without indexes was
   * locked, if they differ from the default.
   */
  readonly pipConf: string | undefined;
  /** The indexes in the Pipfile, by name. */
  readonly sources: readonly NamedIndex[];
  /** The categories to install, `packages` first. */
  readonly categories: readonly string[];
  /** The directories of projects whose code the environment links to, relative to the app. */
  readonly codeDirs: readonly string[];
}

/** Reads an app's files that Pipenv uses. An invalid file causes an error that names the file. */
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

function categoriesOf({ settings }: ProjectSource, pipfile: s.Table): readonly string[] {
  const known = ["dev", "dev-packages", ...Object.keys(categoriesIn(pipfile)).filter((name) => name !== "packages")];
  const { groups } = selectionOf(settings, { groups: known, extras: [] });
  return ["packages", ...new Set(groups.map((name) => (name === "dev" ? "dev-packages" : name)))];
}

interface InputFiles extends Pick<PipenvProject, "lock" | "categories"> {
  readonly pipfile: s.Table;
  readonly table: s.Table;
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
    "package directories": copied.length === 0 ? "" : await app.digest(...copied),
    groups: categories.join(),
  };
}

/**
 * Returns the directories and archives of the app that are packages in a Pipfile.lock, relative to
 * the app.
 */
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

/**
 * Recreates the pip settings of the machine on which a Pipfile without indexes was locked. For such
 * a Pipfile, Pipenv uses the indexes in pip's settings and includes them in the lockfile's digest.
 * With other settings, Pipenv would report a valid lockfile as outdated.
 *
 * @param lock a `Pipfile.lock`, as parsed
 * @returns the text of a pip.conf; `undefined` if no indexes were configured for pip
 */
export function pipConfOf(lock: s.Table): string | undefined {
  const lines = sourcesOf(lock).flatMap(({ name = "", url }) => {
    const [, extra, section] = /^pip_conf_(extra_)?index_([\w:-]+)$/.exec(name) ?? [];
    // what an app names is not to become another setting
    if (section === undefined || url === undefined || /\s/.test(url)) return [];
    return extra ? { section: section.replace(/_\d+$/, ""), extra: url } : { section, index: url };
  });
  const sections = Map.groupBy(lines, ({ section }) => section);
  return sections.size === 0 ? undefined : [...sections].map(([name, its]) => sectionOf(name, its)).join("\n");
}

const sourcesOf = (lock: s.Table) => {
  const sources = tableOf(lock["_meta"])["sources"];
  return (Array.isArray(sources) ? sources : [])
    .map(tableOf)
    .map((each) => ({ name: stringOf(each["name"]), url: stringOf(each["url"]) }));
};

interface Line {
  readonly index?: string;
  readonly extra?: string;
}

function sectionOf(name: string, lines: readonly Line[]): string {
  const extras = lines.flatMap(({ extra }) => (extra === undefined ? [] : [extra]));
  const index = lines.find((each) => each.index !== undefined)?.index;
  return [
    `[${name}]`,
    ...(index === undefined ? [] : [`index-url = ${index}`]),
    ...(extras.length === 0 ? [] : [`extra-index-url = ${extras.join(" ")}`]),
    "",
  ].join("\n");
}
