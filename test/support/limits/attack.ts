import type { LimitName } from "../../../builder-packager/src/limits.ts";

/** Gives ten times a limit; what is expected of the error's message. Files belong into the directory. */
export type Attack = readonly [attack: (dir: string) => unknown, said: string];
export type Attacks = Partial<Record<LimitName, Attack>>;

/** The result of a reader that truncates instead of refusing, as the message of an error. */
export function cut(text: string): never {
  throw new Error(`${text.length} characters`);
}
