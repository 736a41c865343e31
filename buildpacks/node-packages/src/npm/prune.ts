import { lstat, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hiddenLockfile, installedPackages, nestedModulesDirs, productionLockfile } from "./installed-packages.ts";

/**
 * Removes development packages from the installed tree, like `npm prune --omit=dev`, but by npm's
 * own record: without the network, and without starting npm.
 */
export async function pruneDevelopment(dir: string, lockfile: unknown): Promise<void> {
  const packages = installedPackages(lockfile);
  for (const { path } of packages.filter(({ isDev }) => isDev)) await removePackage(join(dir, path));
  for (const modules of nestedModulesDirs(packages)) await removeDeadLinks(join(dir, modules, ".bin"));
  if (packages.length > 0)
    await writeFile(join(dir, hiddenLockfile), `${JSON.stringify(productionLockfile(lockfile), null, 2)}\n`);
}

/** npm's record of the installation in a folder; empty if npm had nothing to install. */
export async function readHiddenLockfile(dir: string): Promise<unknown> {
  const text = await readFile(join(dir, hiddenLockfile), "utf8").catch(ignore("ENOENT"));
  return text === undefined ? {} : JSON.parse(text);
}

/** Removes a package and the folder of its scope if nothing else is in it. */
async function removePackage(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  const parent = dirname(path);
  if (!parent.slice(parent.lastIndexOf("/") + 1).startsWith("@") && !parent.endsWith("/node_modules")) return;
  await rmdir(parent).catch(ignore("ENOTEMPTY", "ENOENT"));
}

async function removeDeadLinks(binDir: string): Promise<void> {
  const names = await readdir(binDir).catch(ignore("ENOENT"));
  for (const name of names ?? []) {
    const link = join(binDir, name);
    const isLink = (await lstat(link)).isSymbolicLink();
    if (isLink && (await stat(link).catch(ignore("ENOENT"))) === undefined) await rm(link);
  }
  if (names !== undefined) await rmdir(binDir).catch(ignore("ENOTEMPTY", "ENOENT"));
}

const ignore =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? "")) throw error;
  };
