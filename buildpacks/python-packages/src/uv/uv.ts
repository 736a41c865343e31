import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publicAddress } from "@libcnb/app-kit/addresses";
import { inDir } from "@libcnb/app-kit/folders";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { LockedPackage, PythonPackageManager, Work } from "../package-manager.ts";
import { withoutTraces } from "../project/traces.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { environment, indexesOf } from "./environment.ts";
import { lockedPackages } from "./locked.ts";
import { fileName } from "./lockfile.ts";
import { type Mirror, mirrorOf } from "./mirror.ts";
import { readProject, type UvProject } from "./project.ts";
import { copiedPaths } from "./workspace.ts";

/**
 * The {@link PythonPackageManager} for uv. It installs a project, or a member of a workspace, with
 * a `uv.lock`.
 */
export const uv: PythonPackageManager = {
  name: "uv",
  title: "uv",
  read: readProject,
  environment,
  install: sync,
  packages: async (work) => installedPackages(work, await lockedIn(work.project as UvProject)),
};

async function lockedIn(project: UvProject): Promise<readonly LockedPackage[]> {
  const { lock, roots, selection, python } = project;
  return lock === undefined ? itself(project) : lockedPackages({ lock, roots, selection, values: python.markers });
}

/** Without a lockfile only the name of the app itself is known. */
async function itself({ app, dir }: UvProject): Promise<readonly LockedPackage[]> {
  const manifest = [dir, "pyproject.toml"].filter((part) => part !== "").join("/");
  const project = tableOf((await app.exists(manifest)) ? (await app.readToml(manifest))["project"] : {});
  const [name, version] = [stringOf(project["name"]), stringOf(project["version"])];
  return name === undefined ? [] : [{ name, version, files: [], scope: "runtime", role: "app" }];
}

/** Runs `uv sync`. */
async function sync(work: Work): Promise<void> {
  const project = work.project as UvProject;
  const { app, choice, codeDirs, lock, root } = project;
  const mirror = mirrorOf(indexesOf(project, work.indexes));
  const act = () =>
    mirror === undefined
      ? runUv(work, syncArguments(project))
      : atMirror(work, mirror, () => runUv(work, syncArguments(project)));
  await withoutTraces(app, codeDirs, act, lock && copiedPaths(lock, root));
  // uv has just created this lockfile: the next build must not treat it as the app's
  if (choice.lockfile === undefined) await rm(app.path(inDir(root, "uv.lock")), { force: true });
  await removeNotes(work.venv.sitePackages);
}

/** Lets uv look for the files of the lockfile at a mirror, and does something with a lockfile that has the addresses there. */
async function atMirror({ project, ...work }: Work, mirror: Mirror, act: () => Promise<void>): Promise<void> {
  const { app, root } = project as UvProject;
  const file = app.path(inDir(root, "uv.lock"));
  const [original, { mode }] = [await readFile(file, "utf8"), await stat(file)];
  work.log.info(`Using the index ${publicAddress(mirror.url)} instead of ${mirror.replaced.join(", ")}`);
  try {
    await runUv({ project, ...work }, ["lock"]);
    await writeFile(file, lockAt(mirror, original, await readFile(file, "utf8")));
    await act();
  } finally {
    // uv has put another file in its place
    await rm(file, { force: true });
    await writeFile(file, original, { mode });
  }
}

const runUv = ({ run, project: { choice, dir } }: Work, args: readonly string[]): Promise<void> =>
  runExplained(run, { command: ["uv", ...args], options: { cwd: dir } }, (end) => installFailure("uv", end, choice));
export const syncArguments = ({
  lock,
  selection: { groups, extras },
}: Pick<UvProject, "lock" | "selection">): readonly string[] => [
  "sync",
  ...(lock === undefined ? [] : ["--locked"]),
  "--no-default-groups", // those are for development, unless BP_PYTHON_GROUPS asks for them
  ...groups.flatMap((group) => ["--group", group]),
  ...extras.flatMap((extra) => ["--extra", extra]),
];

/** Takes away what uv notes to know when to build a project again: times of files, which are others in each build. */
async function removeNotes(sitePackages: string): Promise<void> {
  for (const folder of (await readdir(sitePackages)).filter((name) => name.endsWith(".dist-info"))) {
    const names = (await readdir(join(sitePackages, folder))).filter((name) => notes.has(name));
    for (const name of names) await rm(join(sitePackages, folder, name));
    if (names.length > 0) await removeRecords(join(sitePackages, folder, "RECORD"));
  }
}

async function removeRecords(record: string): Promise<void> {
  const lines = (await readFile(record, "utf8")).split("\n");
  await writeFile(record, lines.filter((line) => !/\.dist-info\/uv_\w+\.json,/.test(line)).join("\n"));
}
const notes: ReadonlySet<string> = new Set(["uv_build.json", "uv_cache.json"]);
/**
 * Rewrites a lockfile for a mirror. The URLs are replaced, but versions and digests are kept, so
 * that the same packages are installed.
 *
 * @param original the text of the lockfile
 * @param locked the text of a lockfile that uv created with the mirror, which contains the URLs of
 * the files
 */
export function lockAt({ url, replaced }: Mirror, original: string, locked: string): string {
  const addresses = new Map(
    [...locked.matchAll(fileEntries)].map(([, , address = ""]) => [fileName(address), address]),
  );
  const known = new Set(replaced);
  return original
    .replace(registries, (text, start: string, address: string) =>
      known.has(address) ? `${start}${publicAddress(url)}` : text,
    )
    .replace(
      fileEntries,
      (_, start: string, address: string) => `${start}${addresses.get(fileName(address)) ?? address}`,
    );
}

// as uv writes them, which is the only one to do so
const registries = /(\bregistry = ")([^"]*)/g;
const fileEntries = /(\{ url = ")([^"]*)(?=", hash = ")/g;
