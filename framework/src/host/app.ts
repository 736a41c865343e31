import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { App } from "../app.ts";
import { LibcnbError } from "../errors.ts";
import { parseToml } from "../spec/schemas/toml.ts";
import { entriesOf, hasCode } from "./files/read.ts";

// Far above any lockfile; an application is hostile input and must not fill the memory.
const maxTextBytes = 64 * 1024 * 1024;

/** Creates the `app` of a context for an application directory on disk. */
export function appDirectory(dir: string): App {
  const root = resolve(dir);
  let realRoot: string | undefined;
  const path = (...names: readonly string[]) => inside(root, join(...names));
  const isInside = (real: string) => {
    realRoot ??= realpathSync.native(root);
    return isWithin(realRoot, real);
  };
  const real = async (name: string) => realInside(path(name), { name, isInside });
  const readText = async (name: string) => readAppText(await real(name), name);
  return {
    dir,
    path,
    exists: async (name) => (await real(name)) !== undefined,
    readText,
    readJson: async (name) => parseJson(await readText(name), name),
    readToml: async (name) => parseToml(await readText(name), name),
    list: async (name = ".") => {
      const dir = await real(name);
      const entries = dir === undefined ? [] : await entriesOf(dir);
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    },
    digest: async (...names) => {
      const wanted = [
        ...new Set((names.length === 0 ? ["."] : names).map((name) => relative(root, path(name)))),
      ].sort();
      const paths = await Promise.all(wanted.map(async (name) => ({ name, real: await real(name) })));
      const { digestOf } = await import("./app-digest.ts"); // few detects need it
      return digestOf(paths).catch((error) => {
        throw unreadable(wanted.map((name) => name || "the directory").join(", "), error, checkPermissions);
      });
    },
  };
}

function inside(dir: string, name: string): string {
  const path = resolve(dir, name);
  if (isAbsolute(name)) throw outside(name, "is absolute", "Use a path relative to the application directory.");
  if (!isWithin(dir, path))
    throw outside(name, "leads out of the application directory", "Use a path within the application directory.");
  return path;
}

interface RealOptions {
  readonly name: string;
  isInside(real: string): boolean;
}

// a symbolic link of the application may point anywhere
function realInside(path: string, { name, isInside }: RealOptions): string | undefined {
  try {
    const real = realpathSync.native(path);
    if (!isInside(real))
      throw outside(
        name,
        "leads out of the application directory through a symbolic link",
        "Replace the symbolic link by the file or directory that it points to.",
      );
    return real;
  } catch (error) {
    // the last two: a name that no file can have, such as one with a zero byte
    if (hasCode(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE")) return undefined;
    throw hasCode(error, "ELOOP")
      ? unreadable(name, "its symbolic links form a loop", "Correct the targets of the symbolic links.")
      : error;
  }
}

async function readAppText(file: string | undefined, name: string): Promise<string> {
  if (file === undefined) throw unreadable(name, "there is no such file", `Add ${name} to the application.`);
  const stats = statSync(file);
  if (!stats.isFile()) throw unreadable(name, "it is not a file", `Replace ${name} by a file.`);
  if (stats.size > maxTextBytes)
    throw unreadable(name, `it is larger than ${maxTextBytes} bytes`, `Shorten ${name}, or exclude it from the build.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw error instanceof TypeError
      ? unreadable(name, "it is not UTF-8", `Save ${name} with the encoding UTF-8.`)
      : unreadable(name, error, checkPermissions);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error.message) ?? [];
    const at = line === undefined ? name : `${name}:${line}:${column}`;
    throw new LibcnbError("APP_FILE_INVALID", `${at} is not valid JSON`, {
      cause: jsonReason(error.message),
      hint: `Correct ${name}.`,
    });
  }
}

// V8's message quotes the text itself, which may be long
const jsonReason = (message: string) =>
  message.replace(/^([^"]*?),? ?(?:\.\.\.)?".*" is not valid JSON$/s, "$1").replace(/ in JSON at position .*$/s, "");

// Both absolute and normalized.
const isWithin = (dir: string, path: string): boolean =>
  path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);

function outside(name: string, problem: string, hint: string): LibcnbError<"APP_PATH_OUTSIDE"> {
  return new LibcnbError("APP_PATH_OUTSIDE", `the path ${JSON.stringify(name)} ${problem}`, { hint });
}

const checkPermissions = "Check the permissions of the application's files.";

function unreadable(name: string, cause: unknown, hint: string): LibcnbError<"APP_FILE_INVALID"> {
  return new LibcnbError("APP_FILE_INVALID", `cannot read ${name} of the application`, { cause, hint });
}
