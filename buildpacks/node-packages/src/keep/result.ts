import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateReason, Logger } from "libcnb";
import type { Installed } from "../make.ts";
import { type BuildInputs, whyBuilt } from "./build-key.ts";
import { fileChanges, firstChanges, resultOf } from "./file-changes.ts";
import { type Fingerprints, fingerprintOf, listTree } from "./listing.ts";
import { isIntact, writePack } from "./pack.ts";
import { unpack } from "./unpack.ts";

/** The reason why a cached result cannot be used despite equal inputs; `undefined` if it can. */
export function rebuildReason(layer: string, { files }: BuildInputs, alwaysBuild: boolean) {
  if (alwaysBuild) return "BP_NODE_ALWAYS_BUILD is set";
  if ([...files.values()].includes(undefined)) return "unreadable files in the app";
  return isIntact(layer) && isInstalledIntact(layer) ? undefined : "damaged";
}

/** Logs why the app is rebuilt, unless it is the first build. */
export function logWhyBuilt(
  log: Logger,
  reason: CreateReason,
  previous: string | undefined,
  inputs: BuildInputs,
): void {
  if (reason.kind === "absent") return;
  const before = previous === undefined ? undefined : readFingerprints(previous);
  const files = before === undefined ? "" : firstChanges(fileChanges(before, inputs.files));
  log.step(`Rebuilding (${whyBuilt(reason, files)})`);
}

/**
 * Stores the state of the app directory. Without a pack, as after a build that left a socket, the
 * next build runs again.
 */
export function saveResult(appDir: string, { files }: BuildInputs, made: Installed, to: string): void {
  const text = JSON.stringify(made);
  writeFileSync(join(to, madeFile), JSON.stringify({ digest: hash("sha256", text), text }));
  const after = listTree(appDir);
  if (after.some(({ kind }) => kind === "other")) return;
  const { removed, written } = resultOf(files, after, (entry) => fingerprintOf(appDir, entry));
  writePack(appDir, written, to, removed);
  writeFileSync(join(to, inputsFile), JSON.stringify([...files]));
}

/** Restores the app directory after a build of the same inputs. */
export function restoreResult(from: string, appDir: string, log: Logger): void {
  log.step("Keeping the result of the last build: no file, variable or tool has changed");
  log.info("Nothing was installed and no script was run; BP_NODE_ALWAYS_BUILD=true does both");
  unpack(from, appDir);
}

/** Reads the values passed to `saveResult`. */
export const readInstalled = (layer: string): Installed => JSON.parse(readInstalledFile(layer).text);

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

/** The files that went into a kept result: they tell what has changed. */
const inputsFile = "inputs.json";

function readFingerprints(dir: string): Fingerprints | undefined {
  try {
    return new Map(JSON.parse(readFileSync(join(dir, inputsFile), "utf8")));
  } catch {
    return undefined;
  }
}
