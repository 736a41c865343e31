import { createHash } from "node:crypto";
import { closeSync, createReadStream, linkSync, lstatSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "../../files/file-name.ts";
import type { Member } from "../../tar/member.ts";
import type { StreamedMember } from "../../tar/read.ts";
import type { Layer } from "../model/image.ts";
import type { ExtractOptions, LayerMembers, PutFile } from "./extract.ts";
import { forEachMember } from "./layer-content.ts";
import { copyMember, refusedMember, writeMember } from "./member-file.ts";

/*
 * An unpacked layer on the disk: `index` has a line of JSON for each member of the archive, in its order, and a last one with the SHA-256
 * of all lines before. Files and symbolic links are `files/0`, `files/1` and so on, with their final owner, mode and time.
 */

/**
 * The error for an unpacked layer in the layer store that is damaged, or whose files cannot be
 * linked or copied to their target.
 */
export class StoredLayerUnusable extends Error {
  readonly dir: string;

  constructor(dir: string, why: string, options?: ErrorOptions) {
    super(`the unpacked layer ${dir} cannot be used: ${why}`, options);
    this.dir = dir;
  }
}

/**
 * Unpacks a layer into a new directory, which {@link storedLayer} reads. The layer's contents are
 * compared with the diff ID.
 *
 * @throws CnbError OUTPUT_UNWRITABLE, and the errors of {@link forEachMember}
 */
export async function storeLayer(
  layer: Layer,
  dir: string,
  { ownership, signal }: Pick<ExtractOptions, "ownership" | "signal">,
): Promise<void> {
  mkdirSync(join(dir, "files"));
  const index = new IndexWriter(join(dir, "index"));
  let files = 0;
  try {
    const store = async (member: StreamedMember) => {
      const { content: _, offset: __, ...header } = member;
      if (!isStored(member)) return index.add(header);
      const file = fileIn(dir, files++);
      await writeMember(file, member, ownership).catch((error) => {
        throw refusedMember(member.path, error);
      });
      index.add({ ...header, stored: stateOf(file) });
    };
    await forEachMember(layer, store, signal);
    index.end();
  } finally {
    index.close();
  }
}

/** To make a symbolic link takes ten times as long as to give it another name: it is a new inode. */
const isStored = ({ type }: Pick<Member, "type">): boolean => type === "file" || type === "symlink";

/** A member, and for one with a file what the file system has made of its attributes: not every time or mode can be kept. */
interface StoredMember extends Member {
  readonly stored?: string | undefined;
}

/** The identity of a file, which changes whenever something writes to it. */
function stateOf(file: string): string | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats && [stats.size, stats.mode, stats.uid, stats.gid, stats.mtimeMs].join(" ");
}

const fileIn = (dir: string, number: number): string => join(dir, "files", String(number));

/** Bytes that are written at once. */
const chunkBytes = 64 * 1024;

class IndexWriter {
  readonly #fd: number;
  readonly #hash = createHash("sha256");
  #pending = "";

  constructor(file: string) {
    this.#fd = openSync(file, "wx", 0o600);
  }

  add(member: StoredMember): void {
    this.#pending += `${JSON.stringify(member)}\n`;
    if (this.#pending.length > chunkBytes) this.#flush();
  }

  end(): void {
    this.#flush();
    writeFileSync(this.#fd, `${JSON.stringify({ sha256: this.#hash.digest("hex") })}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    this.#hash.update(this.#pending);
    writeFileSync(this.#fd, this.#pending);
    this.#pending = "";
  }
}

/**
 * Opens a layer that {@link storeLayer} has unpacked. Its files are hard-linked to their target, or
 * copied if that is impossible.
 *
 * `each` throws {@link StoredLayerUnusable} if the stored layer was truncated or modified.
 */
export const storedLayer = (dir: string): LayerMembers => ({
  async each(visit) {
    await checkIndex(dir);
    let files = 0;
    for await (const line of linesOf(dir)) {
      const member: StoredMember = JSON.parse(line);
      // the last line is not a member
      if (member.type !== undefined) await visit(member, putStored(dir, isStored(member) ? files++ : 0, member));
    }
  },
});

async function checkIndex(dir: string): Promise<void> {
  const hash = createHash("sha256");
  let last = "";
  for await (const line of linesOf(dir)) {
    if (last !== "") hash.update(`${last}\n`);
    last = line;
  }
  if (last !== JSON.stringify({ sha256: hash.digest("hex") }))
    throw new StoredLayerUnusable(dir, "its index is damaged");
}

/** JSON has no line feed in its strings, other than U+2028, where readline ends a line. */
async function* linesOf(dir: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(join(dir, "index"), { encoding: "utf8" })) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (cause) {
    throw new StoredLayerUnusable(dir, "its index cannot be read", { cause });
  }
  if (rest !== "") yield rest;
}

const putStored =
  (dir: string, number: number, { stored }: StoredMember): PutFile =>
  async (file) => {
    const source = fileIn(dir, number);
    if (stateOf(source) !== stored) throw new StoredLayerUnusable(dir, `its file ${number} is damaged`);
    return linkOrCopy(source, file, dir);
  };

/** No hard links there, too many of this file already, another file system, or a file that is not the user's. */
const cannotLink = ["EPERM", "EMLINK", "EXDEV", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

function linkOrCopy(source: string, file: string, dir: string): "shared" | "own" {
  try {
    linkSync(source, onDisk(file));
    return "shared";
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new StoredLayerUnusable(dir, "another process has removed it", { cause: error });
    if (!cannotLink.includes(code)) throw error;
  }
  if (copyMember(source, file)) return "own";
  throw new StoredLayerUnusable(dir, "one of its files can neither be linked nor read");
}
