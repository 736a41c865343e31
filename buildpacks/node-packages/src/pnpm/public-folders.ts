import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

type RenamedFolders = readonly (readonly [from: string, to: string])[];

/**
 * Finds the user names, passwords and tokens in the URLs of a text. They are between the scheme and
 * the host.
 */
export const usersIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(/https?:\/\/([^/?#\s"'<>@]+)@/gi), ([, user = ""]) => user));

/**
 * Removes user names and tokens from directory names. pnpm derives the name of a package's
 * directory from the package's URL, such as `dep@git+https+++token@host+dep.git+<commit>`. Links
 * and commands that refer to renamed directories are updated.
 *
 * @param folders all `node_modules` directories of an app
 */
export function hideUsers(folders: readonly string[], users: ReadonlySet<string>): void {
  const renamed = folders.flatMap((folder) => renameIn(join(folder, ".pnpm"), users));
  if (renamed.length > 0) for (const folder of folders) relead(folder, renamed);
}

function renameIn(store: string, users: ReadonlySet<string>): RenamedFolders {
  const renamed = namesIn(store)
    .map((name) => [name, publicName(name, users)] as const)
    .filter(([from, to]) => from !== to);
  for (const [from, to] of renamed) move(join(store, from), join(store, to));
  return renamed;
}

/**
 * Removes the user name or token from a directory name. pnpm replaces the end of a long name with a
 * digest, so the name may be cut off within the token.
 */
export function publicName(name: string, users: ReadonlySet<string>): string {
  const [start = "", ...rest] = name.split(/(?<=https?\+\+\+)/);
  const address = rest.join("");
  for (const user of users) {
    const written = `${user.replace(/[\\/:*?"<>|#]/g, "+")}@`;
    if (address.startsWith(written)) return `${start}${address.slice(written.length)}`;
    const shown = address.slice(0, Math.max(0, address.lastIndexOf("_")));
    if (shown !== "" && written.startsWith(shown)) return `${start}${address.slice(shown.length)}`;
  }
  return name;
}

/** Two addresses of one package that differ by their users only are the same package. */
function move(from: string, to: string): void {
  if (lstatSync(to, { throwIfNoEntry: false }) === undefined) renameSync(from, to);
  else rmSync(from, { recursive: true });
}

function relead(dir: string, renamed: RenamedFolders): void {
  const isCommands = basename(dir) === ".bin";
  for (const name of namesIn(dir)) {
    const path = join(dir, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) relead(path, renamed);
    else if (stats.isSymbolicLink()) setText(path, readlinkSync(path), renamed, setLink);
    else if (isCommands) setText(path, readFileSync(path, "latin1"), renamed, setFile);
  }
}

function setText(path: string, text: string, renamed: RenamedFolders, set: (path: string, text: string) => void): void {
  const changed = renamed.reduce((rest, [from, to]) => rest.replaceAll(from, to), text);
  if (changed !== text) set(path, changed);
}

function setLink(path: string, target: string): void {
  rmSync(path);
  symlinkSync(target, path);
}

const setFile = (path: string, text: string): void => writeFileSync(path, text, "latin1");

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
