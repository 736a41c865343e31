import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { CnbError } from "../errors.ts";
import { readForeignHead } from "../files/foreign-file.ts";
import { resolveInRoot } from "../sandbox/mounts/mount-points.ts";
import type { StartPlan } from "./start-plan.ts";

/**
 * Checks that the command of a run plan can be started, before `cnb run` creates a sandbox. The
 * errors have the exit codes of a shell: 127 if the command does not exist, 126 if it cannot be
 * executed.
 */
export async function checkCommand(
  name: string,
  rootfs: string,
  { command: [word], env, cwd }: StartPlan,
  processes: readonly string[],
): Promise<void> {
  const hint = hintFor(processes);
  const found = await find(rootfs, word, env.PATH ?? "", cwd);
  if (!found)
    throw new CnbError("IMAGE_COMMAND_NOT_FOUND", `the command ${word || '""'} does not exist in ${name}`, { hint });
  const why = found.why ?? (await missingInterpreter(rootfs, found.file));
  if (!why) return;
  throw new CnbError("IMAGE_COMMAND_NOT_EXECUTABLE", `the command ${word} of ${name} cannot be started: ${why}`, {
    hint,
  });
}

const hintFor = (processes: readonly string[]): string =>
  processes.length > 0
    ? `Choose a process of the image with --process (${processes.join(", ")}), another command with --entrypoint, or a command from a buildpack's layer with --entrypoint launcher -- -- COMMAND.`
    : "Choose another command with --entrypoint.";

interface FoundProgram {
  /** The file's path on the host. */
  readonly file: string;
  readonly why?: string;
}

/** The file that execvp(3) would use: the first executable one, or else the first that exists. */
async function find(rootfs: string, word: string, path: string, cwd: string): Promise<FoundProgram | undefined> {
  if (word === "") return undefined;
  const dirs = word.includes("/") ? [cwd] : path.split(":").map((dir) => posix.resolve(cwd, dir));
  const found: FoundProgram[] = [];
  for (const dir of dirs) {
    const file = join(rootfs, await resolveInRoot(rootfs, posix.resolve(dir, word)));
    const stats = await stat(file).catch(() => undefined);
    if (!stats) continue;
    const why = obstacleTo(stats);
    if (!why) return { file };
    found.push({ file, why });
  }
  return found[0];
}

function obstacleTo(stats: Stats): string | undefined {
  if (stats.isDirectory()) return "it is a directory";
  if (!stats.isFile()) return "it is not a regular file";
  return stats.mode & 0o111 ? undefined : "it is not executable";
}

/**
 * Explains a missing script interpreter: the kernel reports the same error as for a missing file,
 * which is misleading.
 */
async function missingInterpreter(rootfs: string, file: string): Promise<string | undefined> {
  const head = (await readForeignHead(file, 256))?.toString("latin1") ?? ""; // what only others may read is not ours to judge
  const interpreter = /^#![ \t]*([^ \t\r\n]+)/.exec(head)?.[1];
  if (!interpreter?.startsWith("/")) return undefined;
  const target = join(rootfs, await resolveInRoot(rootfs, interpreter));
  const isPresent = await stat(target).then(
    () => true,
    () => false,
  );
  return isPresent ? undefined : `its interpreter ${interpreter} is not in the image`;
}
