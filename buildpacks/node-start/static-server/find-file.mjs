import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/**
 * Returns the file names in a URL's path; `undefined` for a path that no file can have.
 *
 * @param {string} url
 */
export function namesOf(url) {
  const [path] = url.split(/[?#]/, 1);
  let names;
  try {
    names = decodeURIComponent(path).split("/");
  } catch {
    return undefined;
  }
  const isHostile = (name) =>
    name === ".." || /[\0\\]/.test(name) || (name.startsWith(".") && name !== "." && name !== ".well-known");
  if (!path.startsWith("/") || names.some(isHostile)) return undefined;
  return names.filter((name) => name !== "" && name !== ".");
}

/**
 * Finds the file for a path: the file itself, the index.html of a directory, or the name with `.html`. For a directory without
 * `/` at the end of the path, `redirect` is true, because relative links on its page would lead to another directory.
 */
export async function findFile(root, names, endsInSlash) {
  const path = names.join("/");
  const self = await statInside(root, path);
  if (self?.stats.isFile() && !endsInSlash) return self;
  if (self?.stats.isDirectory()) {
    const index = await fileInside(root, join(path, "index.html"));
    if (index !== undefined) return endsInSlash || path === "" ? index : { redirect: true };
  }
  return path === "" || endsInSlash ? undefined : fileInside(root, `${path}.html`);
}

/** Finds a file in the directory. A symbolic link is followed only if its target is in the directory, too. */
export async function fileInside(root, path) {
  const found = await statInside(root, path);
  return found?.stats.isFile() ? found : undefined;
}

async function statInside(root, path) {
  try {
    const file = await realpath(join(root, path));
    if (file !== root && !file.startsWith(root === sep ? sep : root + sep)) return undefined;
    return { file, path, stats: await stat(file) };
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EACCES"].includes(error.code)) return undefined;
    throw error;
  }
}
