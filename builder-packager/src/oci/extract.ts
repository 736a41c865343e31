import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { CnbError } from "../errors.ts";
import { namesIn, onDisk } from "../file-name.ts";
import type { Member } from "../tar/member.ts";
import type { StreamedMember } from "../tar/read.ts";
import type { Image, Layer } from "./image.ts";
import { forEachMember } from "./layer-content.ts";
import { lstat, Rootfs, safeNames, unsafe } from "./rootfs.ts";

/** How {@link extractImage} treats owners. */
export interface ExtractOptions {
  /** `keep` gives files to the users of the image and needs root; `ignore` leaves all to the invoking user. */
  readonly ownership: "keep" | "ignore";
  /**
   * `skip` leaves out character and block devices. Whoever reaches the directory reaches the host's devices through them, and
   * sandboxes have devices of their own. @default "make", which needs root
   */
  readonly devices?: "make" | "skip";
}

type Attributes = Pick<Member, "mode" | "uid" | "gid" | "mtime">;
const implicitDirectory: Attributes = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

/**
 * Unpacks all layers of an image into a new or empty directory, base layer first, whiteouts applied.
 *
 * Nothing is written outside of `dir`, whatever the layers hold. Permissions keep setuid, setgid and sticky bits.
 * Extended attributes are dropped. Files go to disk as they stream by.
 *
 * @throws CnbError ARCHIVE_UNSAFE, TAR_INVALID, TAR_UNSUPPORTED, BLOB_CORRUPT, OUTPUT_UNWRITABLE. Then the directory
 *   is incomplete and has to be removed by the caller.
 * @example `await extractImage(image, dir, { ownership: process.getuid?.() === 0 ? "keep" : "ignore" })`
 */
export async function extractImage(image: Image, dir: string, options: ExtractOptions): Promise<void> {
  const root = resolve(dir);
  mkdirSync(root, { recursive: true });
  if (readdirSync(root).length > 0)
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot unpack an image into ${dir}: it is not empty`);
  const extraction = new Extraction(root, options);
  for (const layer of image.layers) await extraction.apply(layer);
  extraction.finish();
}

class Extraction {
  readonly #rootfs: Rootfs;
  readonly #keepOwners: boolean;
  readonly #skipDevices: boolean;
  /** Attributes are set last: a read-only directory could not be filled, and filling changes the time. */
  readonly #directories = new Map<string, Attributes>();
  /** What the current layer brought; opaque whiteouts spare it. */
  #fresh = new Set<string>();

  constructor(root: string, { ownership, devices }: ExtractOptions) {
    this.#keepOwners = ownership === "keep";
    this.#skipDevices = devices === "skip";
    this.#rootfs = new Rootfs(root, (dir) => this.#made(dir, implicitDirectory));
    chmodSync(root, 0o755);
  }

  async apply(layer: Layer): Promise<void> {
    this.#fresh = new Set();
    await forEachMember(layer, (member) => this.#member(member));
  }

  finish(): void {
    // Deepest first: a directory that may not be entered comes after all that is in it.
    const deepestFirst = [...this.#directories].sort(([a], [b]) => b.length - a.length);
    for (const [dir, attributes] of deepestFirst) {
      if (!this.#rootfs.isDirectory(dir)) continue;
      if (this.#keepOwners) lchownSync(onDisk(dir), attributes.uid, attributes.gid);
      chmodSync(onDisk(dir), attributes.mode);
      utimesSync(onDisk(dir), attributes.mtime, attributes.mtime);
    }
  }

  async #member(member: StreamedMember): Promise<void> {
    try {
      const names = safeNames(member.path);
      const name = names.at(-1) ?? "";
      if (name.startsWith(".wh.")) this.#whiteout(names.slice(0, -1), name, member.path);
      else await this.#entry(member, names);
    } catch (error) {
      throw refused(member.path, error);
    }
  }

  #whiteout(parent: readonly string[], name: string, path: string): void {
    const dir = this.#rootfs.directory(parent);
    const hidden = name.slice(".wh.".length);
    if (hidden === "" || hidden === "." || hidden === "..") throw unsafe(path, "it is a whiteout of nothing");
    if (name === ".wh..wh..opq") this.#clear(dir);
    // Others of aufs (.wh..wh.plnk …) mean nothing to us.
    else if (!hidden.startsWith(".wh.")) this.#rootfs.remove(join(dir, hidden));
  }

  /** Hides what lower layers put into a directory. */
  #clear(dir: string): void {
    for (const name of namesIn(dir)) {
      const file = join(dir, name);
      if (!this.#fresh.has(file)) this.#rootfs.remove(file);
      else if (lstat(file)?.isDirectory()) this.#clear(file);
    }
  }

  async #entry(member: StreamedMember, names: readonly string[]): Promise<void> {
    const file = this.#rootfs.place(names);
    this.#markFresh(file);
    if (member.type === "directory") return this.#directory(file, member);
    if (names.length === 0) throw unsafe(member.path, "it would replace the root directory");
    // A hard link's target may be what is in its place already.
    const target = member.type === "hardlink" ? this.#linkTarget(member) : "";
    if (target === file) return;
    this.#rootfs.remove(file);
    if (member.type === "file") await this.#file(file, member);
    else if (member.type === "hardlink") linkSync(onDisk(target), onDisk(file));
    else if (member.type === "symlink") this.#symlink(file, member);
    else if (member.type === "fifo" || !this.#skipDevices) this.#device(file, member);
  }

  #markFresh(file: string): void {
    for (let path = file; path.length > this.#rootfs.dir.length && !this.#fresh.has(path); path = join(path, ".."))
      this.#fresh.add(path);
  }

  #directory(file: string, member: Member): void {
    if (!lstat(file)?.isDirectory()) {
      this.#rootfs.remove(file);
      mkdirSync(onDisk(file), 0o755);
    }
    this.#made(file, member);
  }

  #made(dir: string, { mode, uid, gid, mtime }: Attributes): void {
    this.#directories.set(dir, { mode, uid, gid, mtime });
  }

  async #file(file: string, member: StreamedMember): Promise<void> {
    const fd = openSync(
      onDisk(file),
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      for await (const chunk of member.content()) writeAll(fd, chunk);
      if (this.#keepOwners) fchownSync(fd, member.uid, member.gid);
      fchmodSync(fd, member.mode); // after chown, which clears setuid
      futimesSync(fd, member.mtime, member.mtime);
    } finally {
      closeSync(fd);
    }
  }

  #linkTarget({ path, target }: Member): string {
    const names = safeNames(target);
    const file = this.#rootfs.place(names);
    const stats = lstat(file);
    if (stats === undefined || stats.isDirectory())
      throw unsafe(path, `it links to ${JSON.stringify(target)}, which is no file of the image`);
    return file;
  }

  #symlink(file: string, member: Member): void {
    symlinkSync(onDisk(member.target), onDisk(file));
    if (this.#keepOwners) lchownSync(onDisk(file), member.uid, member.gid);
    lutimesSync(onDisk(file), member.mtime, member.mtime);
  }

  #device(file: string, member: Member): void {
    if (!this.#keepOwners && member.type !== "fifo")
      throw new CnbError("TAR_UNSUPPORTED", `only root can unpack the device ${JSON.stringify(member.path)}`, {
        hint: "Run the command as root.",
      });
    const kind = { "character-device": "c", "block-device": "b" }[member.type as string];
    const numbers = kind === undefined ? ["p"] : [kind, String(member.devmajor), String(member.devminor)];
    // A name that is not UTF-8 cannot be an argument.
    const made = join(this.#rootfs.dir, randomUUID());
    execFileSync("mknod", ["--", made, ...numbers]);
    renameSync(made, onDisk(file));
    if (this.#keepOwners) lchownSync(onDisk(file), member.uid, member.gid);
    chmodSync(onDisk(file), member.mode);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** The file system's own errors name our directory; the user knows the member's name. */
function refused(path: string, error: unknown): unknown {
  if (error instanceof CnbError || !(error instanceof Error) || !("syscall" in error)) return error;
  return new CnbError("OUTPUT_UNWRITABLE", `cannot unpack the layer member ${JSON.stringify(path)}`, { cause: error });
}
