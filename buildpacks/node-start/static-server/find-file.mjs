import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/**
 * The names of a URL's path: `undefined` for a path that no file can have.
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
 * The file behind a path: itself, the index.html of a folder, or with `.html` behind its name. A folder without `/` at the
 * end is told by `redirect`: relative links on its page would lead elsewhere.
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

/** A file below the folder. A symbolic link counts if it leads to a file below the folder, too. */
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
