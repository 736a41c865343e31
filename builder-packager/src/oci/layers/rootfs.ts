import { lstatSync, mkdirSync, type Stats, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../../errors.ts";
import { linkTarget, onDisk } from "../../files/file-name.ts";
import { limits } from "../../limits.ts";

const maxLinks = limits.links.most;

/**
 * A directory that is the root of a file system being unpacked.
 *
 * Paths are resolved as by a process with this root: an absolute link starts at the root, and ".."
 * does not leave it. A resolved path is therefore always inside the directory, and contains no link
 * that the kernel could follow to the outside.
 */
export class Rootfs {
  readonly dir: string;
  /** Called for each directory that is created for a member in it. */
  readonly #onMade: (dir: string) => void;
  readonly #resolved = new Map<string, string>();

  constructor(dir: string, onMade: (dir: string) => void) {
    this.dir = dir;
    this.#onMade = onMade;
  }

  /**
   * Returns the real path at which a member is created. The parent directory is resolved, and
   * created if necessary. The member itself is not resolved if it is a link.
   */
  location(names: readonly string[]): string {
    const name = names.at(-1);
    return name === undefined ? this.dir : join(this.directory(names.slice(0, -1)), name);
  }

  /** Returns the real path of a directory. Missing directories are created. */
  directory(names: readonly string[]): string {
    const key = names.join("/");
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const real = this.#walk(names);
    this.#resolved.set(key, real);
    return real;
  }

  /** Removes an entry. A directory is removed with its content. Links are never followed. */
  async remove(file: string): Promise<void> {
    if (file === this.dir) throw unsafe("/", "it would remove the root directory");
    const stats = lstat(file);
    if (stats === undefined) return;
    // Only these can have been part of a resolved path.
    if (stats.isDirectory() || stats.isSymbolicLink()) this.#resolved.clear();
    if (stats.isDirectory()) await rm(onDisk(file), { recursive: true, force: true });
    else unlinkSync(onDisk(file));
  }

  /**
   * Returns a function that is true if an existing directory is still a directory. A later layer
   * may have replaced a parent by a link, which the kernel would follow out of the root. Each
   * directory is checked only once, so nothing may be moved or removed between calls.
   */
  directoryCheck(): (dir: string) => boolean {
    const known = new Map([[this.dir, true]]);
    const check = (dir: string): boolean => {
      const is = known.get(dir) ?? (check(join(dir, "..")) && lstat(dir)?.isDirectory() === true);
      known.set(dir, is);
      return is;
    };
    return check;
  }

  #walk(names: readonly string[]): string {
    const left = [...names];
    let [current, links] = [this.dir, 0];
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        current = current === this.dir ? current : join(current, "..");
        continue;
      }
      const next = join(current, name);
      const stats = lstat(next);
      if (stats?.isSymbolicLink()) {
        links += 1;
        if (links > maxLinks) throw unsafe(names.join("/"), "its symbolic links lead in a circle");
        const target = linkTarget(next);
        if (target.startsWith("/")) current = this.dir;
        left.unshift(...target.split("/"));
      } else {
        if (!stats?.isDirectory()) this.#make(next, stats);
        current = next;
      }
    }
    return current;
  }

  #make(dir: string, instead: Stats | undefined): void {
    if (instead) unlinkSync(onDisk(dir)); // a file where a directory is needed
    mkdirSync(onDisk(dir), 0o755);
    this.#onMade(dir);
  }
}

/**
 * Splits a member's path into names.
 *
 * @throws CnbError ARCHIVE_UNSAFE if a name is "..".
 */
export function safeNames(path: string): readonly string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw unsafe(path, 'it has ".." in its name');
  return names;
}

/** Returns the status of a path, without following a link; undefined if the path does not exist. */
export const lstat = (file: string): Stats | undefined => lstatSync(onDisk(file), { throwIfNoEntry: false });

export const unsafe = (path: string, why: string): CnbError =>
  new CnbError("ARCHIVE_UNSAFE", `the layer member ${JSON.stringify(path)} cannot be unpacked safely: ${why}`, {
    hint: "The image is damaged or hostile. Do not use it.",
  });
