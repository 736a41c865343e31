import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import { type App, type s, UserError } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { type Selection, selectionOf } from "../project/selection.ts";
import { readTomlLock } from "../project/toml-lock.ts";
import { type NamedIndex, sourcesOf } from "../registry/named-indexes.ts";
import { inputsOf } from "./inputs.ts";
import { lockOf, type PdmLock } from "./lockfile.ts";

/** A project that PDM installs. */
export interface PdmProject extends Project {
  readonly lock: PdmLock | undefined;
  readonly selection: Selection;
  /** The names of all development groups of the project. */
  readonly developmentGroups: readonly string[];
  /** Requirements of the project's main dependencies. */
  readonly dependencies: readonly string[];
  /** The name and version of the project itself; `undefined` if it has no name. */
  readonly itself: { readonly name: string; readonly version: string | undefined } | undefined;
  /** The indexes in the app's files. */
  readonly sources: readonly NamedIndex[];
  /** The directories of projects whose code the environment links to, relative to the app. */
  readonly codeDirs: readonly string[];
}

/** Reads an app's files that PDM uses. An invalid file causes an error that names the file. */
export async function readProject(source: ProjectSource): Promise<PdmProject> {
  const { app, dir, choice } = source;
  const main = await readManifest(app, dir, false);
  const project = tableOf(main.table["project"]);
  // else PDM makes an environment of its own, with whatever Python it finds
  await checkPython(source, { requirement: stringOf(project["requires-python"]), file: "pyproject.toml" });
  const lock =
    choice.lockfile === "pdm.lock" ? lockOf(await readTomlLock(app, inDir(dir, "pdm.lock"), "pdm lock")) : undefined;
  const developmentGroups = groupsIn(main);
  const selection = selectionOf(source.settings, namesIn(main, developmentGroups));
  if (lock !== undefined) checkLocked(lock, selection);
  const name = stringOf(project["name"]);
  const manifests = await readManifests(app, { ...main, isInstalled: isDistribution(main.table) }, lock);
  return {
    ...source,
    lock,
    selection,
    developmentGroups,
    dependencies: textsOf(project["dependencies"]),
    sources: sourcesOf(main.table, "pdm"),
    itself: name === undefined ? undefined : { name, version: stringOf(project["version"]) },
    codeDirs: manifests.filter(({ isInstalled }) => isInstalled).map((each) => each.dir),
    inputs: await inputsOf(source, { lock, manifests, selection }),
    mustInstall:
      whyAlwaysInstalled(manifests) ??
      (hasHooks(main.table) ? "the project has PDM scripts for the installation" : undefined),
    withoutCredentials: await publicTexts(app, [dir], ["pdm.lock", "pdm.toml", "pylock.toml"]),
  };
}

const pdmOf = (table: s.Table): s.Table => tableOf(tableOf(table["tool"])["pdm"]);

const groupsIn = ({ table }: Manifest): readonly string[] => [
  ...new Set([
    ...Object.keys(tableOf(table["dependency-groups"])),
    ...Object.keys(tableOf(pdmOf(table)["dev-dependencies"])),
  ]),
];

const namesIn = ({ table }: Manifest, groups: readonly string[]): Selection => ({
  groups,
  extras: Object.keys(tableOf(tableOf(table["project"])["optional-dependencies"])),
});

/** True if PDM installs the project itself, by its code. */
function isDistribution(table: s.Table): boolean {
  if (stringOf(tableOf(table["project"])["name"]) === undefined) return false;
  const { distribution, "package-type": type } = pdmOf(table);
  return type === undefined ? distribution !== false : type === "library";
}

function readManifests(app: App, main: Manifest, lock: PdmLock | undefined): Promise<readonly Manifest[]> {
  const dirs = (lock?.packages ?? []).flatMap(({ editable }) =>
    editable === undefined ? [] : [posix.join(main.dir, editable).replace(/^\.$|\/$/g, "")],
  );
  const others = [...new Set(dirs)].filter((each) => !/^(?:\.\.|\/)/.test(each) && each !== main.dir);
  return Promise.all([
    readManifest(app, main.dir, main.isInstalled),
    ...others.map((each) => readManifest(app, each, true)),
  ]);
}

/** Scripts of the app that PDM runs whenever it installs. */
const hasHooks = (table: s.Table): boolean =>
  Object.keys(tableOf(pdmOf(table)["scripts"])).some((name) => /^(?:pre|post)_(?:install|sync)$/.test(name)) ||
  isTable(pdmOf(table)["plugins"]);

/** PDM locks extras only for those who ask for them. */
function checkLocked({ groups }: PdmLock, selection: Selection): void {
  const missing = [...selection.groups, ...selection.extras].filter((each) => !groups.includes(each));
  if (missing.length === 0 || groups.length === 0) return;
  throw new UserError(
    "PACKAGES_LOCKFILE_OUT_OF_SYNC",
    `pdm.lock does not contain ${missing.join(", ")}, which the build selects`,
    {
      cause: `pdm.lock contains the groups ${groups.join(", ")}`,
      hint: 'Run "pdm lock --group :all" and commit pdm.lock.',
    },
  );
}
