import { existsSync } from "node:fs";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type Release, type RunTool, type Target, UserError } from "libcnb";
import type { ChosenReleases } from "./choose.ts";

/** Installs the runtime of apps: Node.js without headers, manual and changelog. */
export async function installRuntime(unpack: Unpack, { node }: ChosenReleases, dir: string): Promise<void> {
  await unpack(node, dir, (name) => name === "bin/node" || name === "LICENSE");
  await chmod(join(dir, "bin/node"), 0o755);
}

const npmFolder = "lib/node_modules/npm";
const isManual = (name: string): boolean => /^(docs|man)\//.test(name);

/**
 * Installs npm without its manual, from npm's own package or from the archive of Node.js. npm 5.2
 * and newer include npx.
 */
export async function installNpm(unpack: Unpack, { node, npm }: ChosenReleases, dir: string): Promise<void> {
  if (npm !== undefined) await unpack(npm, join(dir, npmFolder), (name) => !isManual(name));
  else
    await unpack(node, dir, (name) => name.startsWith(`${npmFolder}/`) && !isManual(name.slice(npmFolder.length + 1)));
  await mkdir(join(dir, "bin"), { recursive: true });
  for (const tool of ["npm", "npx"]) {
    const script = `${npmFolder}/bin/${tool}-cli.js`;
    if (!existsSync(join(dir, script))) continue;
    await chmod(join(dir, script), 0o755);
    await symlink(join("..", script), join(dir, "bin", tool));
  }
}

/** The names that OpenSSL has for processors, whose headers take most of the place. */
const opensslNames: Readonly<Record<string, string>> = { amd64: "linux-x86_64", arm64: "linux-aarch64" };

/**
 * Installs the files for compiling native modules: the headers for this processor, and the settings
 * of node-gyp.
 */
export async function installHeaders(
  unpack: Unpack,
  { node }: ChosenReleases,
  { arch }: Target,
  dir: string,
): Promise<void> {
  await unpack(node, dir, (name) => {
    const [, processor] = /^include\/node\/openssl\/archs\/([^/]+)\//.exec(name) ?? [];
    return name.startsWith("include/") && (processor === undefined || processor === opensslNames[arch]);
  });
}

/**
 * Starts Node.js once, so that a missing library fails the build instead of the container. For
 * example, Node.js 26 needs libatomic.so.1, which slim images lack.
 *
 * @throws UserError NODE_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const failure = await startFailure(run, { command: [join(dir, "bin/node"), "--version"] });
  if (failure === undefined) return;
  const [library] = /(?<![\w.+-])lib[\w.+-]+\.so[\w.]*/.exec(String(failure.cause)) ?? [];
  throw new UserError("NODE_NOT_STARTING", `Node.js ${version} does not start in the build image`, {
    cause: failure.cause,
    hint:
      library === undefined
        ? "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine)."
        : `Use a build image and a run image that have ${library}, or another release line of Node.js (BP_NODE_VERSION).`,
  });
}
