import { CnbError } from "../errors.ts";
import { decompress } from "../tar/compression.ts";
import type { TarEntry } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { type ArMember, readAr } from "./ar.ts";

/** The contents of a `.deb`. Its maintainer scripts are never run. */
export interface DebianArchive {
  /** The control file as stored. */
  readonly control: string;
  /** Files with the names as stored, `./usr/bin/dash`. */
  readonly entries: readonly TarEntry[];
}

/** Far above any package of a base image, far below what fills a machine's memory. */
const maxDataBytes = 2 * 1024 * 1024 * 1024;
const maxControlBytes = 16 * 1024 * 1024;

/**
 * Unpacks a binary package in memory.
 *
 * @throws CnbError BASE_PACKAGE_INVALID when it is damaged or of an unknown format
 * @see https://manpages.debian.org/deb.5
 */
export async function readDeb(bytes: Uint8Array, name: string): Promise<DebianArchive> {
  try {
    const members = readAr(bytes);
    checkFormat(members[0]);
    const control = await readMember(members, "control.tar", maxControlBytes);
    const file = control.find(({ path, type }) => type === "file" && path.replace(/^\.\//, "") === "control");
    if (file?.type !== "file" || !(file.content instanceof Uint8Array)) throw new Error("it has no control file");
    return {
      control: Buffer.from(file.content).toString("utf8"),
      entries: await readMember(members, "data.tar", maxDataBytes),
    };
  } catch (cause) {
    throw new CnbError("BASE_PACKAGE_INVALID", `the package ${name} is not a Debian package that can be unpacked`, {
      cause,
      hint: "Its checksum is right, so the archive itself offers it like this: leave it out, or report it there.",
    });
  }
}

function checkFormat(member: ArMember | undefined): void {
  const version = member?.name === "debian-binary" ? Buffer.from(member.data).toString("latin1") : "";
  if (!version.startsWith("2.")) throw new Error("its first member is not debian-binary of version 2");
}

async function readMember(members: readonly ArMember[], name: string, maxBytes: number): Promise<TarEntry[]> {
  const member = members.find((one) => one.name === name || one.name.startsWith(`${name}.`));
  if (!member) throw new Error(`it has no ${name}`);
  return readTar(decompress(single(member.data)), { maxBytes });
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
