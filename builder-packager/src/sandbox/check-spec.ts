import { readFileSync } from "node:fs";
import type { CnbError } from "../errors.ts";
import { bytesOfName } from "../files/file-name.ts";
import { ImpossibleCommand, tooLong } from "./backends/start-error.ts";
import type { SandboxSpec } from "./spec.ts";

/** The largest uid or gid. The kernel reserves the next number for "no such user". */
export const maxId = 4294967294;

export const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id <= maxId;

/**
 * Refuses a spec with values that the kernel cannot represent: texts with NUL characters, or ids of
 * more than 32 bits. Throws SANDBOX_FAILED.
 */
export function checkSpec({ command, env, cwd, uid, gid }: SandboxSpec): void {
  if (command.some(hasNul)) throw refused("a word of the command contains a NUL character");
  for (const [name, value] of Object.entries(env)) {
    if (hasNul(name) || hasNul(value)) throw refused(`the variable ${JSON.stringify(name)} contains a NUL character`);
  }
  if (hasNul(cwd)) throw refused("the working directory contains a NUL character");
  if (!isId(uid) || !isId(gid))
    throw refused(`the user id ${uid} or the group id ${gid} is not between 0 and ${maxId}`);
  checkLengths([...command, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]);
}

/**
 * Refuses a command or environment that exceeds the limits of execve(2): for each string, and a
 * quarter of the stack for all strings with their pointers. The kernel returns the error to the
 * process that executes the command. With bubblewrap that process is inside the sandbox, so it
 * would look as if the command had failed.
 */
function checkLengths(texts: readonly string[]): void {
  const sizes = texts.map((text) => bytesOfName(text).length + 1);
  const whole = sizes.reduce((sum, size) => sum + size + pointerSize, 0);
  if (sizes.some((size) => size > longestText) || whole > longestWhole()) throw tooLong();
}

const longestText = 128 * 1024;
const pointerSize = 8;

function longestWhole(): number {
  const limits = process.platform === "linux" ? readFileSync("/proc/self/limits", "utf8") : "";
  const stack = /^Max stack size +(\d+)/m.exec(limits)?.[1];
  const most = 6 * 2 ** 20; // whatever the stack is
  return stack === undefined ? most : Math.min(most, Math.max(longestText, Number(stack) / 4));
}

const hasNul = (text: string): boolean => text.includes("\0");

const refused = (why: string): CnbError => new ImpossibleCommand(`the sandbox cannot be started: ${why}`);
