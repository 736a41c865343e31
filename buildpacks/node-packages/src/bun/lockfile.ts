import { UserError } from "libcnb";

/** The integrity values in a `bun.lock`, by `name@version`. */
export type Integrities = ReadonlyMap<string, string>;

/**
 * Parses a `bun.lock`, which is JSON with trailing commas.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 * @see https://bun.com/docs/install/lockfile
 */
export function parseLockfile(text: string, path: string): Integrities {
  try {
    const { packages = {} } = JSON.parse(plainJson(text)) as { packages?: Readonly<Record<string, unknown>> };
    const entries = Object.values(packages).filter((entry) => Array.isArray(entry));
    return new Map(entries.flatMap(integrityOf));
  } catch (cause) {
    throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} is not a lockfile of Bun`, {
      cause,
      hint: `Look for merge conflict markers in ${path}; or delete the file, run "bun install" and commit the new lockfile.`,
    });
  }
}

/** `["ms@2.1.3", "registry", { dependencies }, "sha512-…"]`; of git, files and workspaces without the last one. */
function integrityOf(entry: readonly unknown[]): readonly (readonly [string, string])[] {
  const [id, integrity] = [entry[0], entry.at(-1)];
  const isKnown = typeof id === "string" && typeof integrity === "string" && /^sha\d+-/.test(integrity);
  return isKnown ? [[id, integrity]] : [];
}

/** Texts stay as they are; comments and the comma before a closing bracket go. */
const plainJson = (text: string): string => text.replace(tokens, (_, string?: string) => string ?? "");

// what does not end goes on to the end of the text: to look for it again from each quote would take hours
const tokens = /("(?:[^"\\]|\\[\s\S])*(?:"|\\?$))|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|,(?=\s*[}\]])/g;
