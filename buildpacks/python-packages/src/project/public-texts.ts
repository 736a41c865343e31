import { inDir } from "@libcnb/app-kit";
import type { App } from "libcnb";

/**
 * The files of some folders that have addresses with credentials, and their text without them: everything in the app goes
 * into the image, and at launch nobody logs in to an index. An address with variables in it tells nothing.
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
    const kept = withoutPasswords(text);
    if (kept !== text) found.push([path, kept]);
  }
  return Object.fromEntries(found);
}

/** Names, passwords and tokens before the host of addresses. That of SSH is a name only, which all know. */
export const withoutPasswords = (text: string): string =>
  text.replace(/(https?:\/\/)([^/?#\s"'<>]*)@/gi, (address, start: string, user: string) =>
    /^(?:\$\{\w+\}:?)+$/.test(user) ? address : start,
  );
