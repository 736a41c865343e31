import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, lchownSync, linkSync, mkdirSync, readdirSync, renameSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CnbError } from "../../errors.ts";
import { namesIn, onDisk } from "../../files/file-name.ts";
import { imageBudget } from "../../tar/entry-budget.ts";
import type { Member } from "../../tar/member.ts";
import type { StreamedMember } from "../../tar/read.ts";
import { turns } from "../../turns.ts";
import type { Image, Layer } from "../model/image.ts";
import { forEachMember } from "./layer-content.ts";
import { refusedMember, replaceByCopy, writeMember } from "./member-file.ts";
import { lstat, Rootfs, safeNames, unsafe } from "./rootfs.ts";

/** Options of {@link extractImage}. */
export interface ExtractOptions {
  /**
   * `keep` gives the files the owners that they have in the image, which requires root. With
   * `ignore`, the invoking user owns all files.
   */
  readonly ownership: "keep" | "ignore";
  /**
   * `skip` omits character and block devices. Through them, users of the directory could access the
   * host's devices, and sandboxes have their own. @default "make", which needs root
   */
  readonly devices?: "make" | "skip";
  readonly signal?: AbortSignal | undefined;
}

type Attributes = Pick<Member, "mode" | "uid" | "gid" | "mtime">;
const implicitDirectory: Attributes = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

/**
 * Unpacks all layers of an image into a new or empty directory, base layer first, with whiteouts
 * applied.
 *
 * Nothing is written outside of `dir`, even for hostile layers. Setuid, setgid and sticky bits are
 * kept. Extended attributes are dropped. Files are streamed to disk.
 *
 * @throws CnbError ARCHIVE_UNSAFE, TAR_INVALID, TAR_UNSUPPORTED, BLOB_CORRUPT, OUTPUT_UNWRITABLE;
 *   the reason of `signal`. The caller then has to remove the incomplete directory.
 * @example `await extract(image, dir, { ownership: process.getuid?.() === 0 ? "keep" : "ignore" })`
 */
export function extractImage(image: Image, dir: string, options: ExtractOptions): Promise<void> {
  return extractLayers(
    image.layers.map((layer) => streamed(layer, options)),
    dir,
    options,
  );
}

/** The members of a layer. For each member, the visitor gets a function that creates the file or symbolic link. */
export interface LayerMembers {
  /**
   * Visits the members in order. `put` creates a file or symbolic link with its attributes, at a
   * free path.
   */
  each(visit: (member: Member, put: PutFile) => Promise<void>): Promise<unknown>;
}

/**
 * A function that creates a file or symbolic link at a path. Returns `own` for a new file, or
 * `shared` for a hard link to a file that others share.
 */
export type PutFile = (file: string) => Promise<"shared" | "own">;

const streamed = (layer: Layer, { ownership, signal }: ExtractOptions): LayerMembers => ({
  each(visit) {
    const write = (member: StreamedMember) =>
      visit(member, async (file) => {
        await writeMember(file, member, ownership);
        return "own";
      });
    return forEachMember(layer, write, signal);
  },
});

/** Like {@link extractImage}, for layers whose contents may already be on this machine. */
export async function extractLayers(
  layers: readonly LayerMembers[],
  dir: string,
  options: ExtractOptions,
): Promise<void> {
  const root = resolve(dir);
  mkdirSync(root, { recursive: true });
  if (readdirSync(root).length > 0)
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot unpack an image into ${dir}: it is not empty`, {
      hint: "Use an empty directory, or one that does not exist yet.",
    });
  const extraction = new Extraction(root, options);
  for (const layer of layers) await extraction.apply(layer);
  await extraction.finish();
}

class Extraction {
  readonly #rootfs: Rootfs;
  readonly #keepOwners: boolean;
  readonly #turn: () => Promise<void>;
  readonly #skipDevices: boolean;
  readonly #budget = imageBudget();
  /**
   * Attributes to set at the end: a read-only directory could not be filled, and filling changes
   * its time.
   */
  readonly #directories = new Map<string, Attributes>();
  /** Files and symbolic links with another name outside of the root. */
  readonly #shared = new Set<string>();
  /** Entries of the current layer, which opaque whiteouts do not remove. */
  #fresh = new Set<string>();

  constructor(root: string, { ownership, devices, signal }: ExtractOptions) {
    this.#turn = turns(signal);
    this.#keepOwners = ownership === "keep";
    this.#skipDevices = devices === "skip";
    this.#rootfs = new Rootfs(root, (dir) => this.#made(dir, implicitDirectory));
    chmodSync(root, 0o755);
  }

  async apply(layer: LayerMembers): Promise<void> {
    this.#fresh = new Set();
    await layer.each((member, put) => this.#member(member, put));
  }

  async finish(): Promise<void> {
    // Deepest first: a directory that may not be entered comes after all that is in it.
    const deepestFirst = [...this.#directories].sort(([a], [b]) => b.length - a.length);
    const isDirectory = this.#rootfs.directoryCheck();
    for (const [dir, attributes] of deepestFirst) {
      await this.#turn();
      if (!isDirectory(dir)) continue;
      if (this.#keepOwners) lchownSync(onDisk(dir), attributes.uid, attributes.gid);
      chmodSync(onDisk(dir), attributes.mode);
      utimesSync(onDisk(dir), attributes.mtime, attributes.mtime);
    }
  }

  async #member(member: Member, put: PutFile): Promise<void> {
    await this.#turn();
    this.#budget.take(member.path);
    try {
      const names = safeNames(member.path);
      const name = names.at(-1) ?? "";
      if (name.startsWith(".wh.")) await this.#whiteout(names.slice(0, -1), name, member.path);
      else await this.#entry(member, names, put);
    } catch (error) {
      throw refusedMember(member.path, error);
    }
  }

  async #whiteout(parent: readonly string[], name: string, path: string): Promise<void> {
    const dir = this.#rootfs.directory(parent);
    const hidden = name.slice(".wh.".length);
    if (hidden === "" || hidden === "." || hidden === "..") throw unsafe(path, "it is a whiteout without a file name");
    if (name === ".wh..wh..opq") await this.#clear(dir);
    // Others of aufs (.wh..wh.plnk …) mean nothing to us.
    else if (!hidden.startsWith(".wh.")) await this.#rootfs.remove(join(dir, hidden));
  }

  /** Hides a directory's content of lower layers. */
  async #clear(dir: string): Promise<void> {
    for (const name of namesIn(dir)) {
      await this.#turn();
      const file = join(dir, name);
      if (!this.#fresh.has(file)) await this.#rootfs.remove(file);
      else if (lstat(file)?.isDirectory()) await this.#clear(file);
    }
  }

  async #entry(member: Member, names: readonly string[], put: PutFile): Promise<void> {
    const file = this.#rootfs.location(names);
    this.#markFresh(file);
    if (member.type === "directory") return this.#directory(file, member);
    if (names.length === 0) throw unsafe(member.path, "it would replace the root directory");
    // A hard link's target may be what is in its place already.
    const target = member.type === "hardlink" ? this.#linkTarget(member) : "";
    if (target === file) return;
    await this.#rootfs.remove(file);
    this.#shared.delete(file);
    if (member.type === "file" || member.type === "symlink") await this.#put(file, put);
    else if (member.type === "hardlink") this.#hardLink(target, file);
    else if (member.type === "fifo" || !this.#skipDevices) await this.#device(file, member);
  }

  #markFresh(file: string): void {
    for (let path = file; path.length > this.#rootfs.dir.length && !this.#fresh.has(path); path = join(path, ".."))
      this.#fresh.add(path);
  }

  async #directory(file: string, member: Member): Promise<void> {
    if (!lstat(file)?.isDirectory()) {
      await this.#rootfs.remove(file);
      mkdirSync(onDisk(file), 0o755);
    }
    this.#made(file, member);
  }

  #made(dir: string, { mode, uid, gid, mtime }: Attributes): void {
    this.#directories.set(dir, { mode, uid, gid, mtime });
  }

  async #put(file: string, put: PutFile): Promise<void> {
    if ((await put(file)) === "shared") this.#shared.add(file);
  }

  /**
   * Creates a hard link of the image to its own file, because file systems limit the links of one
   * (65,000 on ext4), which a busybox with 400 would reach after 160 images.
   */
  #hardLink(target: string, file: string): void {
    if (this.#shared.has(target) && replaceByCopy(target, join(this.#rootfs.dir, randomUUID())))
      this.#shared.delete(target);
    linkSync(onDisk(target), onDisk(file));
  }

  #linkTarget({ path, target }: Member): string {
    const names = safeNames(target);
    const file = this.#rootfs.location(names);
    const stats = lstat(file);
    if (stats === undefined || stats.isDirectory())
      throw unsafe(path, `it links to ${JSON.stringify(target)}, which is not a file of the image`);
    return file;
  }

  async #device(file: string, member: Member): Promise<void> {
    if (!this.#keepOwners && member.type !== "fifo")
      throw new CnbError("TAR_UNSUPPORTED", `only root can unpack the device ${JSON.stringify(member.path)}`, {
        hint: "Run the command as root.",
      });
    const kind = { "character-device": "c", "block-device": "b" }[member.type as string];
    const numbers = kind === undefined ? ["p"] : [kind, String(member.devmajor), String(member.devminor)];
    // A name that is not UTF-8 cannot be an argument.
    const made = join(this.#rootfs.dir, randomUUID());
    await promisify(execFile)("mknod", ["--", made, ...numbers]);
    renameSync(made, onDisk(file));
    if (this.#keepOwners) lchownSync(onDisk(file), member.uid, member.gid);
    chmodSync(onDisk(file), member.mode);
  }
}
