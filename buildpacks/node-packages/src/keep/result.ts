import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateReason, Logger } from "libcnb";
import type { Context } from "../contract.ts";
import { keepForOtherInputs } from "../install.ts";
import { result } from "../layers.ts";
import type { Package } from "../package-manager.ts";
import type { Task } from "../task.ts";
import { type BuildInputs, buildKeyOf, readInputs, whyBuilt } from "./build-key.ts";
import { type Entry, type Fingerprints, fingerprintOf, listTree } from "./listing.ts";
import { isIntact, unpack, writePack } from "./pack.ts";

/** Restores the result of the last build if all inputs are equal. Otherwise runs `make`. */
export async function reusedOrInstalled(
  context: Context,
  task: Task,
  make: () => Promise<InstallResult>,
): Promise<InstallResult> {
  const { app, config, layers, log } = context;
  const inputs = readInputs(context, task);
  const built = await layers.provide(result, {
    metadata: buildKeyOf(inputs),
    quiet: true,
    reject: ({ path }) => rebuildReason(path, inputs, config.BP_NODE_ALWAYS_BUILD),
    async create({ path, reason, previous }) {
      logWhyBuilt(log, reason, previous?.path, inputs);
      saveResult(app.dir, inputs, await make(), path);
    },
  });
  if (built.state === "restored") {
    log.step("Reusing the result of the last build: no file, variable or tool has changed");
    log.info(
      "This build did not install packages or run scripts. To do both in every build, set BP_NODE_ALWAYS_BUILD=true",
    );
    unpack(built.path, app.dir);
    await keepForOtherInputs(context, task);
  }
  return readInstalled(built.path);
}

/** The result of a build, without its files. */
export interface InstallResult {
  /** All packages that the app is built or runs with. */
  readonly packages: readonly Package[];
  /** Groups of file patterns. Each group becomes a layer of the image. */
  readonly slices: readonly (readonly string[])[];
  /** The environment variables that processes need to find the packages. */
  readonly launchEnv: Readonly<Record<string, string>>;
}

/**
 * Returns the reason why a cached result cannot be used although the inputs are equal; `undefined`
 * if the result can be used.
 */
export function rebuildReason(layer: string, { files }: BuildInputs, alwaysBuild: boolean) {
  if (alwaysBuild) return "BP_NODE_ALWAYS_BUILD is set";
  if ([...files.values()].includes(undefined)) return "the app has unreadable files";
  return isIntact(layer) && isInstalledIntact(layer) ? undefined : "damaged";
}

/** Logs why the app is rebuilt, unless it is the first build. */
function logWhyBuilt(log: Logger, reason: CreateReason, previous: string | undefined, inputs: BuildInputs): void {
  if (reason.kind === "absent") return;
  const before = previous === undefined ? undefined : readFingerprints(previous);
  const files = before === undefined ? "" : firstChanges(fileChanges(before, inputs.files));
  log.step(`Rebuilding (${whyBuilt(reason, files)})`);
}

/**
 * Saves the state of the app directory in the cache. If the files cannot be packed, for example
 * because the build left a socket, nothing is saved, and the next build runs completely.
 */
export function saveResult(appDir: string, { files }: BuildInputs, made: InstallResult, to: string): void {
  const text = JSON.stringify(made);
  writeFileSync(join(to, madeFile), JSON.stringify({ digest: hash("sha256", text), text }));
  const after = listTree(appDir);
  if (after.some(({ kind }) => kind === "other")) return;
  const { removed, written } = resultOf(files, after, (entry) => fingerprintOf(appDir, entry));
  writePack(appDir, written, to, removed);
  writeFileSync(join(to, inputsFile), JSON.stringify([...files]));
}

/** Reads the build result that `saveResult` stored in a layer. */
export const readInstalled = (layer: string): InstallResult => JSON.parse(readInstalledFile(layer).text);

const readInstalledFile = (layer: string): { readonly digest: string; readonly text: string } =>
  JSON.parse(readFileSync(join(layer, madeFile), "utf8"));

function isInstalledIntact(layer: string): boolean {
  try {
    const { digest, text } = readInstalledFile(layer);
    return digest === hash("sha256", text);
  } catch {
    return false;
  }
}

const madeFile = "made.json";

/**
 * The file with the fingerprints of the inputs of a kept result. It shows which files have changed
 * since.
 */
const inputsFile = "inputs.json";

function readFingerprints(dir: string): Fingerprints | undefined {
  try {
    return new Map(JSON.parse(readFileSync(join(dir, inputsFile), "utf8")));
  } catch {
    return undefined;
  }
}

/** Describes the changed files: `src/app.ts changed`. */
export function fileChanges(before: Fingerprints, after: Fingerprints): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.filter((path) => before.get(path) !== after.get(path)).map((path) => change(path, before, after));
}

/** Lists the first changes, and the number of other changes. */
export const firstChanges = (changes: readonly string[]): string =>
  [
    ...changes.slice(0, shownChanges),
    ...(changes.length > shownChanges ? [`and ${changes.length - shownChanges} more`] : []),
  ].join(", ");
const shownChanges = 3;
function change(path: string, before: Fingerprints, after: Fingerprints): string {
  const name = /^[\x21-\x7e]+$/.test(path) ? path : JSON.stringify(path); // a name may hold line breaks
  if (!before.has(path)) return `${name} added`;
  if (!after.has(path)) return `${name} removed`;
  const [was, is] = [kindAndContents(before.get(path)), kindAndContents(after.get(path))];
  return was === is ? `permissions of ${name} changed` : `${name} changed`;
}

const kindAndContents = (fingerprint = ""): string => fingerprint.replace(/^(file|directory) \d+/, "$1");
/**
 * Compares the entries before and after a build. Returns the paths to remove and the entries to
 * write, in this order, to restore the result of the build.
 */
export function resultOf(
  before: Fingerprints,
  after: readonly Entry[],
  fingerprintOf: (entry: Entry) => string | undefined,
): { readonly removed: readonly string[]; readonly written: readonly Entry[] } {
  const isSame = (entry: Entry) => before.has(entry.path) && before.get(entry.path) === fingerprintOf(entry);
  const written = after.filter((entry) => !isSame(entry));
  const replaced = new Set(written.filter((entry) => !staysFolder(before, entry)).map(({ path }) => path));
  const present = new Set(after.map(({ path }) => path));
  return { removed: [...before.keys()].filter((path) => !present.has(path) || replaced.has(path)), written };
}

/** A directory that only got other permissions must not be removed with all that is in it. */
const staysFolder = (before: Fingerprints, { kind, path }: Entry): boolean =>
  kind === "directory" && before.get(path)?.startsWith("directory ") === true;
