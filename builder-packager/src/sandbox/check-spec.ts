import { CnbError } from "../errors.ts";
import type { SandboxSpec } from "./spec.ts";

/** The kernel keeps the last one for "no such user". */
export const maxId = 4294967294;

export const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id <= maxId;

/** Refuses what no process can be started with; C strings end at NUL, and ids have 32 bits. Throws SANDBOX_FAILED. */
export function checkSpec({ command, env, cwd, uid, gid }: SandboxSpec): void {
  if (command.some(hasNul)) throw refused("a word of the command holds a NUL character");
  for (const [name, value] of Object.entries(env)) {
    if (hasNul(name) || hasNul(value)) throw refused(`the variable ${JSON.stringify(name)} holds a NUL character`);
  }
  if (hasNul(cwd)) throw refused("the working directory holds a NUL character");
  if (!isId(uid) || !isId(gid)) throw refused(`user ${uid}, group ${gid} is not between 0 and ${maxId}`);
}

const hasNul = (text: string): boolean => text.includes("\0");

const refused = (why: string): CnbError => new CnbError("SANDBOX_FAILED", `The sandbox cannot be started: ${why}`);
