import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { decompress } from "../../tar/compression.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { readTar } from "../../tar/read.ts";
import { type ArMember, readAr } from "./ar.ts";

/** The contents of a `.deb` package. Its maintainer scripts are never executed. */
export interface DebianArchive {
  /** The text of the package's control file, unchanged. */
  readonly control: string;
  /** The other files of the control archive, by name: `md5sums`, `conffiles`, `postinst`. */
  readonly controlFiles: ReadonlyMap<string, Uint8Array>;
  /** The package's files, with their stored names such as `./usr/bin/dash`. */
  readonly entries: readonly TarEntry[];
}

/** A limit far above any package of a base image, but below a machine's memory. */
const maxDataBytes = limits.debData.most;
const maxControlBytes = limits.debControl.most;

/**
 * Unpacks a binary package in memory.
 *
 * @throws CnbError BASE_PACKAGE_INVALID when the package is damaged or has an unknown format
 * @see https://manpages.debian.org/deb.5
 */
export async function readDeb(bytes: Uint8Array, name: string): Promise<DebianArchive> {
  return guarded(name, async () => {
    const members = readAr(bytes);
    checkFormat(members[0]);
    return { ...(await readControl(members)), entries: await readMember(members, "data.tar", maxDataBytes) };
  });
}

async function guarded<Result>(name: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new CnbError("BASE_PACKAGE_INVALID", `the package ${name} is not a Debian package that can be unpacked`, {
      cause,
      hint: "The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.",
    });
  }
}

/** Reads the control file of a package, without unpacking the package's files. */
export async function readDebControl(bytes: Uint8Array, name: string): Promise<string> {
  return guarded(name, async () => {
    const members = readAr(bytes);
    checkFormat(members[0]);
    return (await readControl(members)).control;
  });
}

async function readControl(members: readonly ArMember[]): Promise<Omit<DebianArchive, "entries">> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readMember(members, "control.tar", maxControlBytes)) {
    const name = entry.path.replace(/^\.\//, "");
    if (entry.type === "file" && entry.content instanceof Uint8Array && !name.includes("/"))
      files.set(name, entry.content);
  }
  const control = files.get("control");
  if (!control) throw new Error('the package has no file "control" in its member control.tar');
  files.delete("control");
  const text = Buffer.from(control).toString("utf8");
  // dpkg's records are paragraphs of one file: a second one would be another package there.
  if (/\n[ \t\r]*\n\s*\S/.test(text.trim()))
    throw new Error("the package's control file has several paragraphs, but only one is allowed");
  return { control: text, controlFiles: files };
}

function checkFormat(member: ArMember | undefined): void {
  const version = member?.name === "debian-binary" ? Buffer.from(member.data).toString("latin1") : "";
  if (!version.startsWith("2."))
    throw new Error("the first member of the package is not the file debian-binary with the format version 2.x");
}

async function readMember(members: readonly ArMember[], name: string, maxBytes: number): Promise<TarEntry[]> {
  const member = members.find((one) => one.name === name || one.name.startsWith(`${name}.`));
  if (!member) throw new Error(`the package has no member ${name}`);
  return readTar(decompress(single(member.data)), { maxBytes });
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
