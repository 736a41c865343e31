import { createReadStream } from "node:fs";
import { decompress } from "../tar/compression.ts";
import { normalizedMtime, type TarEntry } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { invalid, parseLifecycleDescriptor } from "./descriptor.ts";
import type { Lifecycle, LifecycleArch } from "./source.ts";

/** What platforms call by name. pack refuses a lifecycle without one of these; extender and rebaser may be missing. */
const phases = ["analyzer", "builder", "creator", "detector", "exporter", "launcher", "restorer"] as const;

/** Far more than the 60 MB of any release so far; less than would exhaust a small machine. */
const maxBytes = 512 * 1024 * 1024;

/** `e_machine` of an ELF header: which processor an executable is for. */
const elfMachines: Readonly<Record<LifecycleArch, number>> = { amd64: 62, arm64: 183 };

/**
 * Reads a release archive of the lifecycle (tar, compressed or not) and checks that platforms will find their phases in it.
 *
 * @example `const { version, entries } = await readLifecycleArchive("lifecycle-v0.21.0+linux.x86-64.tgz", "amd64")`
 */
export async function readLifecycleArchive(file: string, arch: LifecycleArch, origin = file): Promise<Lifecycle> {
  const entries = await readTar(decompress(createReadStream(file)), { maxBytes }).catch((cause) => {
    throw invalid(origin, "it is no tar archive that can be read", cause);
  });
  const named = new Map(entries.map((entry) => [nameOf(entry), entry]));
  const descriptor = named.get("lifecycle.toml");
  if (descriptor?.type !== "file") throw invalid(origin, "it has no lifecycle.toml");
  const missing = phases.filter((phase) => !named.has(`lifecycle/${phase}`));
  if (missing.length > 0) throw invalid(origin, `it lacks ${missing.map((phase) => `lifecycle/${phase}`).join(", ")}`);
  checkArch(named.get("lifecycle/launcher"), arch, origin);
  return {
    ...parseLifecycleDescriptor(Buffer.from(bytesOf(descriptor)).toString("utf8"), origin),
    entries: entries.map(normalized),
  };
}

/** Archives carry the time they were made at, and people make some themselves: neither may reach a builder's digest. */
const normalized = (entry: TarEntry): TarEntry => ({ ...entry, uid: 0, gid: 0, mtime: normalizedMtime });

/** Names may be stored as `./lifecycle/launcher` by archives that people make themselves. */
export const nameOf = (entry: TarEntry): string => entry.path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");

function checkArch(launcher: TarEntry | undefined, arch: LifecycleArch, origin: string): void {
  if (launcher?.type !== "file") return;
  const bytes = Buffer.from(bytesOf(launcher));
  const isElf = bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46;
  const machine = isElf ? bytes.readUInt16LE(18) : undefined;
  if (machine === elfMachines[arch]) return;
  const found = Object.entries(elfMachines).find(([, value]) => value === machine)?.[0] ?? "another system";
  throw invalid(origin, `its launcher is built for ${found}, not for linux/${arch}`);
}

function bytesOf(entry: Extract<TarEntry, { type: "file" }>): Uint8Array {
  if (entry.content instanceof Uint8Array) return entry.content;
  throw new TypeError(`${entry.path} was not read into memory`);
}
