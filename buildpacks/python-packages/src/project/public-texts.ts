import { withoutPasswords } from "@libcnb/app-kit/addresses";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * Finds the files in some directories that contain URLs with credentials, and returns their texts
 * without credentials. The files become part of the image, where no tool needs the credentials.
 * References to variables in URLs are kept.
 *
 * @param names the names of a tool's files, in addition to `pyproject.toml`
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

/** Removes credentials from the URLs in a file, and from PDM's settings. */
export function publicText(path: string, text: string): string {
  const kept = withPublicAddresses(text);
  if (path.endsWith("pdm.toml")) return withoutLogins(kept);
  return kept.replace(/^[ \t]*\[\[\s*tool\.pdm\.source\s*\]\][^[]*/gm, withoutLogins);
}

/**
 * Removes the keys `username` and `password`. A value that is only a reference to a variable is
 * kept.
 */
const withoutLogins = (text: string): string =>
  text.replace(/^[ \t]*["']?(?:[\w-]+\.)*(?:username|password)["']?[ \t]*=(?![ \t]*["']\$\{\w+\}["']).*(?:\n|$)/gm, "");

/**
 * Removes credentials from the URLs in a text. References to variables are kept, because tools read
 * the variables from the environment.
 */
export const withPublicAddresses = (text: string): string =>
  withoutPasswords(text, (user) => /^(?:\$\{\w+\}:?)+$/.test(user));
