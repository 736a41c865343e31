import { withoutPasswords } from "@libcnb/app-kit/addresses";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * The files of some directories that contain URLs with credentials, and their texts without them:
 * everything in the app goes into the image, and no index is used at launch. Variables in URLs are
 * kept.
 *
 * @param names files of a tool, besides `pyproject.toml`
 */
export async function publicTexts(
  app: App,
  dirs: readonly string[],
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = [];
  for (const path of dirs.flatMap((dir) => ["pyproject.toml", ...names].map((name) => inDir(dir, name)))) {
    const text = (await app.exists(path)) ? await app.readText(path) : "";
    const kept = publicText(path, text);
    if (kept !== text) found.push([path, kept]);
  }
  return Object.fromEntries(found);
}

/** A file without credentials in URLs and in PDM's settings. */
export function publicText(path: string, text: string): string {
  const kept = withPublicAddresses(text);
  if (path.endsWith("pdm.toml")) return withoutLogins(kept);
  return kept.replace(/^[ \t]*\[\[\s*tool\.pdm\.source\s*\]\][^[]*/gm, withoutLogins);
}

/** Without entries that are a user or a password; a value of variables tells nothing. */
const withoutLogins = (text: string): string =>
  text.replace(/^[ \t]*["']?(?:[\w-]+\.)*(?:username|password)["']?[ \t]*=(?![ \t]*["']\$\{\w+\}["']).*(?:\n|$)/gm, "");

/**
 * Removes credentials from the URLs in a text. References to variables stay, because tools read
 * these from the environment.
 */
export const withPublicAddresses = (text: string): string =>
  withoutPasswords(text, (user) => /^(?:\$\{\w+\}:?)+$/.test(user));
