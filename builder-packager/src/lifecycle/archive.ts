import { createReadStream } from "node:fs";
import { limits } from "../limits.ts";
import { decompress } from "../tar/compression.ts";
import type { TarEntry } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { invalid, parseLifecycleDescriptor } from "./descriptor.ts";
import { nameOf } from "./entry-name.ts";
import type { Lifecycle, LifecycleArch } from "./source.ts";

/**
 * The programs that platforms execute. pack refuses a lifecycle that lacks one of these; extender
 * and rebaser may be missing.
 */
const phases = ["analyzer", "builder", "creator", "detector", "exporter", "launcher", "restorer"] as const;

/**
 * The size limit. Releases have up to 60 MB so far, and the limit does not exhaust a small machine.
 */
const maxBytes = limits.lifecycleArchive.most;

/** The values of `e_machine` in an ELF header, which identifies the processor. */
const elfMachines: Readonly<Record<LifecycleArch, number>> = { amd64: 62, arm64: 183, ppc64le: 21, s390x: 22 };

/**
 * Reads a release archive of the lifecycle (tar, compressed or not). Checks that the archive
 * contains the programs that platforms need.
 *
 * @example
 * `const { version, entries } = await readLifecycleArchive("lifecycle-v0.21.0+linux.x86-64.tgz", "amd64")`
 */
export async function readLifecycleArchive(file: string, arch: LifecycleArch, origin = file): Promise<Lifecycle> {
  return checkedLifecycle(await archiveEntries(file, origin), arch, origin);
}

/** Reads all entries of a lifecycle archive, compressed or not. */
export const archiveEntries = (file: string, origin = file): Promise<TarEntry[]> =>
  lifecycleEntries(decompress(createReadStream(file)), origin);

/** Reads all entries of an uncompressed lifecycle archive. */
export const lifecycleEntries = (tar: AsyncIterable<Uint8Array>, origin: string): Promise<TarEntry[]> =>
  readTar(tar, { maxBytes }).catch((cause) => {
    throw invalid(origin, "the file is not a readable tar archive", cause);
  });

/**
 * Checks that the entries of an archive form a lifecycle for the architecture.
 *
 * @throws CnbError LIFECYCLE_INVALID
 */
export function checkedLifecycle(entries: readonly TarEntry[], arch: LifecycleArch, origin: string): Lifecycle {
  const named = new Map(entries.map((entry) => [nameOf(entry), entry]));
  const descriptor = named.get("lifecycle.toml");
  if (descriptor?.type !== "file") throw invalid(origin, "it has no lifecycle.toml");
  const missing = phases.filter((phase) => !named.has(`lifecycle/${phase}`));
  if (missing.length > 0) throw invalid(origin, `it lacks ${missing.map((phase) => `lifecycle/${phase}`).join(", ")}`);
  checkArch(named.get("lifecycle/launcher"), arch, origin);
  return {
    ...parseLifecycleDescriptor(Buffer.from(bytesOf(descriptor)).toString("utf8"), origin),
    entries: entries.map(owned),
  };
}

/**
 * Gives an entry to root. Otherwise files could belong to the build's user, and buildpacks could
 * replace them.
 */
const owned = (entry: TarEntry): TarEntry => ({ ...entry, uid: 0, gid: 0 });

/** Checks the launcher's architecture, unless it is a script. */
function checkArch(launcher: TarEntry | undefined, arch: LifecycleArch, origin: string): void {
  if (launcher?.type !== "file") return;
  const bytes = Buffer.from(bytesOf(launcher));
  if (bytes.toString("latin1", 0, 2) === "#!") return;
  const machine = machineOf(bytes);
  if (machine === elfMachines[arch]) return;
  const found = Object.entries(elfMachines).find(([, value]) => value === machine)?.[0] ?? "another system";
  throw invalid(origin, `its launcher is built for ${found}, not for linux/${arch}`);
}

/** Reads `e_machine` in the byte order that `e_ident` declares. */
function machineOf(bytes: Buffer): number | undefined {
  const isElf = bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46;
  if (!isElf) return undefined;
  return bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
}

function bytesOf(entry: Extract<TarEntry, { type: "file" }>): Uint8Array {
  if (entry.content instanceof Uint8Array) return entry.content;
  throw new TypeError(`the file ${entry.path} of the lifecycle archive was not read into memory`);
}
