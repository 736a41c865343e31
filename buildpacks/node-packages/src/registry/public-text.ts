import { join } from "node:path/posix";
import type { App } from "libcnb";

/** The files that package managers read credentials of, and how they are taken out. */
const files: Readonly<Record<string, (text: string) => string>> = {
  ".npmrc": withoutLines(
    /^\s*(?:\/\/[^=]*:)?(?:_auth(?:Token)?|_password|username|email|key|keyfile|cert|certfile)\s*=/i,
  ),
  ".yarnrc": withoutLines(/^\s*"?(?:\/\/[^\s"]*:)?(?:_auth(?:Token)?|_password|username|email)"?\s/i),
  ".yarnrc.yml": withoutLines(/^\s*["']?npmAuth(?:Token|Ident)["']?\s*:/),
  "bunfig.toml": (text) =>
    text
      .replace(/,\s*(?:token|password|username)\s*=\s*(?:"(?:[^"\\]|\\.)*"|'[^']*')/g, "")
      .replace(/\b(?:token|password|username)\s*=\s*(?:"(?:[^"\\]|\\.)*"|'[^']*')\s*,?[ \t]*/g, ""),
};

/**
 * Takes the credentials out of a file that package managers read; `undefined` when it has none.
 *
 * Everything in the app folder goes into the image, and at launch nobody logs in to a registry.
 */
export function publicText(name: string, text: string): string | undefined {
  const take = files[name];
  if (take === undefined) return undefined;
  const kept = take(text).replace(/(:\/\/)[^/\s"'@:]+:[^/\s"'@]+@/g, "$1");
  return kept === text ? undefined : kept;
}

/** The files in some folders that hold credentials, and their text without them; whichever package manager they are for. */
export async function publicFiles(app: App, folders: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const paths = new Set(folders.flatMap((folder) => Object.keys(files).map((name) => join(folder, name))));
  const texts = [...paths].sort().map(async (path) => {
    const text = (await app.exists(path))
      ? publicText(path.slice(path.lastIndexOf("/") + 1), await app.readText(path))
      : undefined;
    return text === undefined ? [] : [[path, text] as const];
  });
  return Object.fromEntries((await Promise.all(texts)).flat());
}

function withoutLines(secret: RegExp): (text: string) => string {
  return (text) =>
    text
      .split("\n")
      .filter((line) => !secret.test(line))
      .join("\n");
}
