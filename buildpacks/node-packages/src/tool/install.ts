import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inTemporaryFolder } from "@libcnb/app-kit/temporary-folder";
import { type DownloadFile, extractArchive, UserError } from "libcnb";
import type { ToolParts } from "./choose.ts";
import type { ToolRelease } from "./releases.ts";

/**
 * The release to install, the name of its package manager, and the digest that the app requires.
 */
export interface InstalledTool extends ToolParts {
  readonly name: string;
  readonly digest: string | undefined;
}

/**
 * Installs a package manager into a directory: its package into `lib/<name>`, and its commands into
 * `bin`.
 */
export async function installTool(tool: InstalledTool, dir: string, download: DownloadFile): Promise<void> {
  const lib = join(dir, "lib", tool.name);
  const digests = await installPackage(tool.main, lib, tool.digest, download);
  if (tool.native !== undefined) await installProgram(tool.native, lib, download);
  await checkDigest(tool, [...digests, ...(await programDigests(lib, tool.digest))]);
  await linkCommands(lib, tool.name, join(dir, "bin"));
  // the program itself knows its command by no name
  if (tool.native !== undefined)
    await replaceWith(join(dir, "bin/pnpx"), `#!/bin/sh\nexec "$(dirname "$0")/pnpm" dlx "$@"\n`);
}

async function installPackage(
  release: ToolRelease,
  to: string,
  digest: string | undefined,
  download: DownloadFile,
): Promise<readonly string[]> {
  return inTemporaryFolder(async (dir) => {
    const file = join(dir, "package.tgz");
    await download(`npm:${release.package}@${release.version}`, { to: file, integrity: release.checksum });
    await extractArchive(file, to, { strip: 1 });
    return digest === undefined ? [] : [digestOf(await readFile(file), digest)];
  });
}

/** pnpm's own installation, too, replaces the script `pnpm` with the program of that name. */
async function installProgram(release: ToolRelease, lib: string, download: DownloadFile): Promise<void> {
  const native = `${lib}-native`;
  await installPackage(release, native, undefined, download);
  await rename(join(native, "pnpm"), join(lib, "pnpm"));
  await rm(native, { recursive: true });
}

/**
 * Corepack's digest for Yarn 2 and newer is not the digest of the package but that of its main
 * file.
 */
async function programDigests(lib: string, digest: string | undefined): Promise<readonly string[]> {
  const program = await readFile(join(lib, "bin/yarn.js")).catch(() => undefined);
  return digest === undefined || program === undefined ? [] : [digestOf(program, digest)];
}

/** The digest of bytes, by the algorithm of another digest. */
function digestOf(bytes: Uint8Array, like: string): string {
  const [algorithm = ""] = like.split(".");
  return `${algorithm}.${createHash(algorithm).update(bytes).digest("hex")}`;
}

// Bun's package is the program for the machine, of which corepack knows nothing
async function checkDigest({ name, main, digest }: InstalledTool, found: readonly string[]): Promise<void> {
  if (digest === undefined || found.includes(digest)) return;
  throw new UserError(
    "NODE_PACKAGE_MANAGER_DIGEST_MISMATCH",
    `${name} ${main.version} does not match the digest in packageManager of package.json`,
    {
      cause: `expected ${digest}, got ${found.join(" or ")}`,
      hint: `Correct or remove the digest after "${name}@${main.version}+"; or determine why the registry serves a different archive.`,
    },
  );
}

async function linkCommands(lib: string, name: string, bin: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  for (const [command, path] of Object.entries(await commandsOf(lib, name))) {
    await chmod(join(lib, path), 0o755);
    await symlink(join("../lib", name, path), join(bin, command));
  }
}

async function commandsOf(lib: string, name: string): Promise<Readonly<Record<string, string>>> {
  if (name === "bun") return { bun: "bin/bun", bunx: "bin/bun" };
  const { bin } = JSON.parse(await readFile(join(lib, "package.json"), "utf8"));
  const names: Readonly<Record<string, readonly string[]>> = {
    npm: ["npm", "npx"],
    yarn: ["yarn", "yarnpkg"],
    pnpm: ["pnpm", "pnpx"],
  };
  return Object.fromEntries((names[name] ?? []).flatMap((each) => (bin[each] ? [[each, String(bin[each])]] : [])));
}

async function replaceWith(file: string, text: string): Promise<void> {
  await rm(file);
  await writeFile(file, text, { mode: 0o755 });
}
