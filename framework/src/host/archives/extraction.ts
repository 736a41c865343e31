import { chmod, link, lstat, mkdir, open, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { removeTree } from "../files/files.ts";
import { entryAt, hasCode } from "../files/read.ts";
import { checkSymlink, entryPath, unsafe } from "./archive-path.ts";
import type { ExtractOptions } from "./extract-options.ts";

const defaultMaxEntries = 1_000_000;

/** The target directory of an extraction, with the counts of extracted bytes and entries. */
export class Extraction {
  readonly file: string;
  readonly #root: string;
  readonly #options: ExtractOptions;
  /** Directories below the root that are known not to be links. */
  readonly #directories = new Set([""]);
  #bytes = 0;
  #entries = 0;

  constructor(file: string, root: string, options: ExtractOptions) {
    this.file = file;
    this.#root = root;
    this.#options = options;
  }

  get entries(): number {
    return this.#entries;
  }

  /** Returns the path of an entry below the root; undefined if the entry is filtered out. */
  pathOf(name: string): string | undefined {
    const path = entryPath(name, this.#options.strip ?? 0);
    if (path === undefined || this.#options.filter?.(path) === false) return undefined;
    checkLength(path);
    return path;
  }

  countEntry(): void {
    const { maxEntries = defaultMaxEntries } = this.#options;
    this.#entries += 1;
    if (this.#entries > maxEntries) throw this.tooLarge(`${maxEntries} entries`, raising("maxEntries"));
  }

  countBytes(bytes: number): void {
    const { maxBytes = 4 * 1024 ** 3 } = this.#options;
    this.#bytes += bytes;
    if (this.#bytes > maxBytes) throw this.tooLarge(`${maxBytes} bytes`, raising("maxBytes"));
  }

  tooLarge(what: string, hint: string): LibcnbError<"ARCHIVE_TOO_LARGE"> {
    return new LibcnbError("ARCHIVE_TOO_LARGE", `${this.file} contains more than ${what}`, { hint });
  }

  async writeFile(path: string, mode: number, contents: AsyncIterable<unknown>): Promise<void> {
    const file = await open(await this.#pathFor(path), "wx"); // never through a link
    try {
      for await (const chunk of contents) await file.writeFile(chunk as Uint8Array);
      await file.chmod(mode & 0o777); // not left to the process's mask
    } finally {
      await file.close();
    }
  }

  async writeDirectory(path: string, mode: number): Promise<void> {
    await this.#ensureDirectory(path);
    await chmod(join(this.#root, path), (mode & 0o777) | 0o700); // what comes later must still go in
  }

  async writeSymlink(path: string, target: string): Promise<void> {
    checkSymlink(path, target);
    await symlink(target, await this.#pathFor(path));
  }

  async writeHardLink(path: string, linkname: string): Promise<void> {
    const target = this.#linkedPath(path, linkname);
    if (target === undefined || !(await this.#isPlainFile(target)))
      throw unsafe(path, `it is a hard link to ${JSON.stringify(linkname)}, which is not a file of the archive`);
    if (target !== path) await link(join(this.#root, target), await this.#pathFor(path));
  }

  #linkedPath(path: string, linkname: string): string | undefined {
    try {
      return entryPath(linkname, this.#options.strip ?? 0);
    } catch {
      throw unsafe(path, `it is a hard link to ${JSON.stringify(linkname)}, outside the directory`);
    }
  }

  async #isPlainFile(path: string): Promise<boolean> {
    for (const parent of parentsOf(path)) {
      if (!(await entryAt(join(this.#root, parent)))?.isDirectory) return false;
    }
    return (await entryAt(join(this.#root, path)))?.isFile === true;
  }

  /**
   * The absolute path for a new entry, after creating its parent directories and removing an
   * existing entry.
   */
  async #pathFor(path: string): Promise<string> {
    await this.#ensureDirectory(dirname(path) === "." ? "" : dirname(path));
    const target = join(this.#root, path);
    const existing = await entryAt(target);
    if (existing?.isDirectory) throw unsafe(path, "it would replace a directory");
    if (existing !== undefined) await removeTree(target);
    return target;
  }

  // an entry may name thousands of directories that have none themselves
  #checkDirectories(): void {
    const { maxEntries = defaultMaxEntries } = this.#options;
    if (this.#directories.size > maxEntries) throw this.tooLarge(`${maxEntries} directories`, raising("maxEntries"));
  }

  async #ensureDirectory(path: string): Promise<void> {
    for (const directory of [...parentsOf(path), path]) {
      if (this.#directories.has(directory)) continue;
      try {
        this.#checkDirectories();
        await mkdir(join(this.#root, directory), { mode: 0o755 });
      } catch (error) {
        if (!hasCode(error, "EEXIST")) throw error;
        if (!(await lstat(join(this.#root, directory))).isDirectory())
          throw unsafe(path, `${JSON.stringify(directory)} is not a directory`);
      }
      this.#directories.add(directory);
    }
  }
}

/** The limits of systems in bytes. */
const raising = (option: string): string =>
  `Check the archive. If it is right, increase the option ${option} of the extraction.`;

const longest = { path: 4095, part: 255 } as const;

function checkLength(path: string): void {
  const isTooLong =
    Buffer.byteLength(path) > longest.path || path.split("/").some((part) => Buffer.byteLength(part) > longest.part);
  if (!isTooLong) return;
  throw new LibcnbError(
    "ARCHIVE_INVALID",
    `the archive entry ${JSON.stringify(`${path.slice(0, 100)}…`)} has a name that is too long`,
    {
      cause: `a path may have ${longest.path} bytes, and each name in it ${longest.part}`,
      hint: "Skip the entry with the option `filter` of the extraction, or use another archive.",
    },
  );
}

/** `a/b/c` → `a`, `a/b` */
function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
