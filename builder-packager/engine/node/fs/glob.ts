import * as native from "engine:fs";
import { invalidArgType } from "../errors.ts";
import { checkObject, checkString } from "../internal/checks.ts";
import { globstar, matchesSegment, patternsOf, type Segment } from "../internal/glob-pattern.ts";
import { matchesGlob } from "../path/match.ts";
import { join, resolve } from "../path/parts.ts";
import { type Entry, entriesOf } from "./directories.ts";
import { type Dirent, DT, direntOf } from "./dirent.ts";
import { pathOf } from "./paths.ts";

export interface GlobOptions {
  readonly cwd?: string | URL | undefined;
  readonly exclude?: readonly string[] | ((file: string | Dirent) => boolean) | undefined;
  readonly withFileTypes?: boolean | undefined;
}

/**
 * Finds the entries below a directory that match a pattern. They are in the order of traversal,
 * which differs from that of Node.js.
 */
export function globSync(pattern: string | readonly string[], options: GlobOptions = {}): (string | Dirent)[] {
  checkObject(options, "options");
  const { exclude } = options;
  if (exclude !== undefined && exclude !== null && typeof exclude !== "function") {
    checkTexts(exclude, "options.exclude", "of type function or string[]");
  }
  if (typeof pattern === "object") {
    checkTexts(pattern, "patterns", "an instance of Array");
  } else {
    checkString(pattern, "patterns");
  }
  return [...new Walk(options).find(typeof pattern === "string" ? [pattern] : pattern)];
}

function checkTexts(list: unknown, name: string, expected: string): void {
  if (!Array.isArray(list)) {
    throw invalidArgType(name, expected, list);
  }
  for (const [index, each] of list.entries()) {
    checkString(each, `${name}[${index}]`);
  }
}

interface Task {
  readonly path: string;
  /** The segment of the pattern for the entries of the path. */
  readonly at: number;
  readonly isAfterStar: boolean;
}

class Walk {
  readonly #root: string;
  readonly #options: GlobOptions;
  readonly #found = new Map<string, string | Dirent>();
  readonly #directories = new Map<string, readonly Entry[]>();

  constructor(options: GlobOptions) {
    this.#options = options;
    const { cwd = "" } = options;
    this.#root = resolve(typeof cwd === "object" ? pathOf(cwd, "options.cwd") : cwd);
  }

  find(patterns: readonly string[]): Iterable<string | Dirent> {
    for (const segments of patterns.filter((each) => each !== "").flatMap(patternsOf)) {
      const isRooted = segments[0] === "" && segments.length > 1;
      // `./a` and `a/` find what `a` finds.
      const wanted = segments.filter((segment) => segment !== "" && segment !== ".");
      if (wanted.length > 0) {
        this.#walk(isRooted ? "/" : "", wanted, segments.at(-1) === "");
      } else {
        this.#add(isRooted ? "/" : ".", DT.directory);
      }
    }
    return this.#found.values();
  }

  /** Goes down with an explicit stack: an app's tree may be deeper than the stack of calls. */
  #walk(start: string, pattern: readonly Segment[], isDirectoryWanted: boolean): void {
    const stack: Task[] = [{ path: start, at: 0, isAfterStar: false }];
    for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
      const segment = pattern[task.at];
      const isLast = task.at === pattern.length - 1;
      if (segment === globstar && isLast) {
        this.#addBelow(task.path);
      } else if (segment === globstar) {
        stack.push(...this.#starred(task, pattern));
      } else if (segment !== undefined) {
        for (const entry of this.#matches(task.path, segment)) {
          const below = join(task.path, entry.name);
          if (isLast && (!isDirectoryWanted || entry.type === DT.directory)) {
            this.#add(below, entry.type);
          } else if (!isLast && this.#isFollowed(task, segment, entry) && !this.#isExcluded(below, entry.type)) {
            stack.push({ path: below, at: task.at + 1, isAfterStar: false });
          }
        }
      }
    }
  }

  /** Only a name without wildcards leads through a symbolic link, and not after `**`. */
  #isFollowed({ isAfterStar }: Task, segment: Segment, { type }: Entry): boolean {
    return type === DT.directory || (typeof segment === "string" && !isAfterStar);
  }

  /**
   * The matches of a `**`: the directory itself, those below, and links to directories whose name
   * the next segment matches.
   */
  #starred({ path, at }: Task, pattern: readonly Segment[]): readonly Task[] {
    const tasks: Task[] = [{ path, at: at + 1, isAfterStar: true }];
    const next = pattern[at + 1];
    for (const { name, type } of this.#entries(path)) {
      const below = join(path, name);
      if (name.startsWith(".") || this.#isExcluded(below, type)) {
        continue;
      }
      if (type === DT.directory) {
        tasks.push({ path: below, at, isAfterStar: true });
      } else if (type === DT.link && next !== undefined && next !== globstar && matchesSegment(name, next)) {
        tasks.push({ path: below, at: at + 1, isAfterStar: true });
      }
    }
    return tasks;
  }

  /** A `**` at the end finds the directory itself and everything below. */
  #addBelow(start: string): void {
    if (this.#isDirectory(start || ".")) {
      this.#add(start || ".", DT.directory);
    }
    const stack = [start];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      for (const { name, type } of this.#entries(path)) {
        const below = join(path, name);
        if (name.startsWith(".") || this.#isExcluded(below, type)) {
          continue;
        }
        this.#add(below, type);
        if (type === DT.directory) {
          stack.push(below);
        }
      }
    }
  }

  #matches(path: string, segment: Segment): readonly Entry[] {
    if (typeof segment === "string") {
      const fields = native.lstat(resolve(this.#root, path, segment));
      return typeof fields === "number" ? [] : [{ name: segment, type: ((fields[1] ?? 0) & 0o170000) >> 12 }];
    }
    return this.#entries(path).filter(({ name }) => matchesSegment(name, segment));
  }

  #entries(path: string): readonly Entry[] {
    const known = this.#directories.get(path);
    if (known !== undefined) {
      return known;
    }
    let entries: readonly Entry[] = [];
    try {
      entries = entriesOf(resolve(this.#root, path));
    } catch {
      // As in Node.js, a directory that cannot be read has no entries.
    }
    this.#directories.set(path, entries);
    return entries;
  }

  #isDirectory(path: string): boolean {
    const fields = native.stat(resolve(this.#root, path));
    return typeof fields !== "number" && ((fields[1] ?? 0) & 0o170000) === 0o040000;
  }

  #isExcluded(path: string, type: number): boolean {
    const { exclude, withFileTypes } = this.#options;
    if (exclude === undefined || exclude === null) {
      return false;
    }
    if (typeof exclude === "function") {
      return exclude(withFileTypes ? this.#dirent(path, type) : path);
    }
    return exclude.some((pattern: string) => matchesGlob(path, pattern));
  }

  #dirent(path: string, type: number): Dirent {
    const full = resolve(this.#root, path);
    const slash = full.lastIndexOf("/");
    return direntOf(full.slice(slash + 1), full.slice(0, slash) || "/", type, "utf8");
  }

  #add(path: string, type: number): void {
    if (!this.#found.has(path) && !this.#isExcluded(path, type)) {
      this.#found.set(path, this.#options.withFileTypes ? this.#dirent(path, type) : path);
    }
  }
}
