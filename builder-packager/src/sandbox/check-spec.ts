import { readFileSync } from "node:fs";
import type { CnbError } from "../errors.ts";
import { bytesOfName } from "../files/file-name.ts";
import { ImpossibleCommand, tooLong } from "./backends/start-error.ts";
import type { SandboxSpec } from "./spec.ts";

/** The kernel keeps the last one for "no such user". */
export const maxId = 4294967294;

export const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id <= maxId;

/**
 * Refuses a spec that no process can start with: C strings end at NUL, and ids have 32 bits. Throws
 * SANDBOX_FAILED.
 */
export function checkSpec({ command, env, cwd, uid, gid }: SandboxSpec): void {
  if (command.some(hasNul)) throw refused("a word of the command holds a NUL character");
  for (const [name, value] of Object.entries(env)) {
    if (hasNul(name) || hasNul(value)) throw refused(`the variable ${JSON.stringify(name)} holds a NUL character`);
  }
  if (hasNul(cwd)) throw refused("the working directory holds a NUL character");
  if (!isId(uid) || !isId(gid)) throw refused(`user ${uid}, group ${gid} is not between 0 and ${maxId}`);
  checkLengths([...command, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]);
}

/**
 * The kernel tells it to whoever starts the command, which is a program inside for bubblewrap: that ends as if the command had
 * failed. Limits of execve(2): one text, and a quarter of the stack for all with their pointers.
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

const refused = (why: string): CnbError => new ImpossibleCommand(`The sandbox cannot be started: ${why}`);
