import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * The poetry.toml of a directory without credentials, if it contains some, because everything in
 * the app goes into the image.
 */
export async function publicSettings(app: App, dir: string): Promise<Readonly<Record<string, string>>> {
  const path = inDir(dir, "poetry.toml");
  const text = (await app.exists(path)) ? await app.readText(path) : "";
  const kept = withoutCredentials(text);
  return kept === text ? {} : { [path]: kept };
}

/** The settings without the tables and keys to which `poetry config --local` writes credentials. */
export function withoutCredentials(text: string): string {
  let isSecret = false;
  const kept = text.split("\n").filter((line) => {
    const [, table] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (table !== undefined) isSecret = secret.test(table);
    return !isSecret && !secret.test(line);
  });
  return kept.join("\n");
}

const secret = /^\s*["']?(?:http-basic|pypi-token)\b/;
