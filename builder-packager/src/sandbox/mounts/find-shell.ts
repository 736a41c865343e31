import { stat } from "node:fs/promises";
import { join } from "node:path";
import { resolveInRoot } from "./mount-points.ts";

/** Shells in the order of preference: bash has the better command line. */
const shells = ["/bin/bash", "/usr/bin/bash", "/bin/sh", "/usr/bin/sh"];

/**
 * Returns the path of a shell in a root file system; undefined if it has none.
 *
 * @example `await findShell("/cache/rootfs/…/root") // "/bin/bash"`
 */
export async function findShell(rootfs: string): Promise<string | undefined> {
  for (const shell of shells) if (await isProgram(join(rootfs, await resolveInRoot(rootfs, shell)))) return shell;
  return undefined;
}

const isProgram = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile() && (facts.mode & 0o111) !== 0,
    () => false,
  );

/**
 * Returns the command that starts a shell with exactly the given environment. The shell does not
 * read the files in the home directory that could change the environment.
 */
export const interactiveShell = (shell: string): readonly [string, ...string[]] =>
  shell.endsWith("/bash") ? [shell, "--norc", "-i"] : [shell, "-i"];
