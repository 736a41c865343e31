import { cwd } from "engine:process";
import { workingDirectoryError } from "../errors.ts";
import { checkObject, checkString } from "../internal/checks.ts";

/*
 * `node:path` for POSIX. It is written here and not taken from a package: path-browserify is of Node.js 10, without the
 * later fixes and without `matchesGlob`.
 */

export const sep = "/";
export const delimiter = ":";

export interface ParsedPath {
  root: string;
  dir: string;
  base: string;
  ext: string;
  name: string;
}

export const isAbsolute = (path: string): boolean => {
  checkString(path, "path");
  return path.startsWith("/");
};

export function normalize(path: string): string {
  checkString(path, "path");
  if (path === "") {
    return ".";
  }
  const isRooted = path.startsWith("/");
  const parts = withoutDots(path, !isRooted);
  if (parts === "") {
    if (isRooted) {
      return "/";
    }
    return path.endsWith("/") ? "./" : ".";
  }
  return `${isRooted ? "/" : ""}${parts}${path.endsWith("/") ? "/" : ""}`;
}

/** The parts without `.`, empty ones and those that a `..` takes back. */
function withoutDots(path: string, keepsAbove: boolean): string {
  // Most paths have nothing to remove, and splitting is the costly part.
  if (!path.includes("//") && !path.includes("/.") && !path.startsWith(".")) {
    return path.slice(path.startsWith("/") ? 1 : 0, path.endsWith("/") ? -1 : undefined);
  }
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") {
      continue;
    }
    const last = parts.at(-1);
    if (part !== "..") {
      parts.push(part);
    } else if (last !== undefined && last !== "..") {
      parts.pop();
    } else if (keepsAbove) {
      parts.push("..");
    }
  }
  return parts.join("/");
}

export function join(...paths: string[]): string {
  const parts: string[] = [];
  for (const path of paths) {
    checkString(path, "path");
    if (path !== "") {
      parts.push(path);
    }
  }
  return parts.length === 0 ? "." : normalize(parts.join("/"));
}

export function resolve(...paths: string[]): string {
  let resolved = "";
  let isRooted = false;
  for (let index = paths.length - 1; index >= 0 && !isRooted; index--) {
    const path = paths[index];
    checkString(path, `paths[${index}]`);
    if (path !== "") {
      resolved = resolved === "" ? path : `${path}/${resolved}`;
      isRooted = path.startsWith("/");
    }
  }
  if (!isRooted) {
    resolved = `${currentDirectory()}/${resolved}`;
  }
  return `/${withoutDots(resolved, false)}`;
}

function currentDirectory(): string {
  const path = cwd();
  if (typeof path === "number") {
    throw workingDirectoryError(path);
  }
  return path;
}

export function relative(from: string, to: string): string {
  checkString(from, "from");
  checkString(to, "to");
  if (from === to) {
    return "";
  }
  const start = resolve(from);
  const target = resolve(to);
  if (start === target) {
    return "";
  }
  const above = start === "/" ? [] : start.slice(1).split("/");
  const below = target === "/" ? [] : target.slice(1).split("/");
  let common = 0;
  while (common < above.length && common < below.length && above[common] === below[common]) {
    common++;
  }
  return [...above.slice(common).map(() => ".."), ...below.slice(common)].join("/");
}

export const toNamespacedPath = (path: string): string => path;

/** The end of the path without slashes at its end. */
function trimmedEnd(path: string): number {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") {
    end--;
  }
  return end;
}

export function dirname(path: string): string {
  checkString(path, "path");
  if (path === "") {
    return ".";
  }
  const end = trimmedEnd(path);
  const slash = path.lastIndexOf("/", end - 1);
  if (end === 0 || slash === -1) {
    return path.startsWith("/") ? "/" : ".";
  }
  if (slash === 0) {
    return "/";
  }
  // `//a` has the directory `//`, by POSIX
  return slash === 1 && path.startsWith("//") ? "//" : path.slice(0, slash);
}

export function basename(path: string, suffix?: string): string {
  if (suffix !== undefined) {
    checkString(suffix, "suffix");
  }
  checkString(path, "path");
  const end = trimmedEnd(path);
  const start = end === 0 ? 0 : path.lastIndexOf("/", end - 1) + 1;
  const base = path.slice(start, end);
  if (!suffix || suffix.length > path.length) {
    return base;
  }
  if (path === suffix) {
    return "";
  }
  if (base.endsWith(suffix)) {
    // A name that is nothing but the suffix stays.
    return base === suffix ? base : base.slice(0, base.length - suffix.length);
  }
  // Node.js keeps the slashes at the end if the name is a part of the suffix.
  return suffix.endsWith(base) ? path.slice(start) : base;
}

export function extname(path: string): string {
  checkString(path, "path");
  return extensionOf(basename(path));
}

function extensionOf(base: string): string {
  const dot = base.lastIndexOf(".");
  return dot <= 0 || base === ".." ? "" : base.slice(dot);
}

export function parse(path: string): ParsedPath {
  checkString(path, "path");
  const root = path.startsWith("/") ? "/" : "";
  const base = basename(path);
  const end = trimmedEnd(path);
  const slash = path.lastIndexOf("/", end - 1);
  // Node.js takes the second dot of `/..` for an extension.
  const ext = base === ".." && root === "/" && slash === 0 ? "." : extensionOf(base);
  return {
    root,
    dir: end > 0 && slash > 0 ? path.slice(0, slash) : root,
    base,
    ext,
    name: base.slice(0, base.length - ext.length),
  };
}

export function format(path: Partial<ParsedPath>): string {
  checkObject(path, "pathObject");
  const dir = path.dir || path.root;
  const extension = path.ext ? `${path.ext.startsWith(".") ? "" : "."}${path.ext}` : "";
  const base = path.base || `${path.name || ""}${extension}`;
  if (!dir) {
    return base;
  }
  return dir === path.root ? `${dir}${base}` : `${dir}/${base}`;
}
