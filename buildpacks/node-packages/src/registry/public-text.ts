import { join } from "node:path/posix";
import { withoutPasswords } from "@libcnb/app-kit/addresses";
import { lockfileNames } from "@libcnb/node-app";
import type { App, s } from "libcnb";
import { yamlOptions } from "../yaml.ts";
import { withoutCredentials } from "../yarn-berry/settings.ts";

/** The files that package managers read credentials of, and how they are taken out. */
const settings: Readonly<Record<string, (text: string) => string>> = {
  ".npmrc": withoutLines(/^\s*["']?(?:\/\/.*:)?(?:username|email|key|keyfile|cert|certfile)["']?(?:\[\])?\s*=/i),
  ".yarnrc": withoutLines(/^\s*["']?(?:\/\/[^\s"']*:)?(?:username|email)["']?[\s:]/i),
  "bunfig.toml": (text) =>
    text.replace(new RegExp(`,\\s*${tomlEntry}`, "g"), "").replace(new RegExp(`${tomlEntry}\\s*,?[ \\t]*`, "g"), ""),
};

/** An entry of a table in TOML with a secret: `token = "…"`, `"@me".password = '…'`. */
const tomlEntry = [
  String.raw`(?:(?:\b[\w-]{1,99}|"[^"\n]*"|'[^'\n]*')\s*\.\s*)*["']?\b(?:token|password|username)\b["']?\s*=\s*`,
  String.raw`(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\]|\\.)*"|'[^']*')`,
].join("");

/**
 * Removes the credentials from the text of a package manager's configuration file. Returns
 * `undefined` if the text does not contain credentials.
 *
 * Everything in the app directory becomes part of the image, and the running app does not log in to
 * a registry.
 */
export function publicText(name: string, text: string): string | undefined {
  const kept = withoutPasswords(settings[name]?.(text) ?? text);
  return kept === text ? undefined : kept;
}

/**
 * Finds the configuration files of any package manager that contain credentials, in the given
 * directories. Returns the texts of these files without credentials, by path.
 */
export const publicSettings = (app: App, folders: readonly string[]): Promise<Readonly<Record<string, string>>> =>
  publicFiles(app, folders, [...Object.keys(settings), ".yarnrc.yml"]);

/**
 * Finds manifests, lockfiles and records of an installation that contain credentials in dependency
 * URLs. Returns the texts of these files without credentials, by path. Call it after installing and
 * pruning.
 */
export const publicManifests = (app: App, folders: readonly string[]): Promise<Readonly<Record<string, string>>> =>
  publicFiles(app, folders, ["package.json", ...lockfileNames, ...records]);

/** Records of an installation that package managers write. */
const records = [
  ...["package-lock.json", "yarn-integrity", "yarn-state.yml", "modules.yaml", "pnpm/lock.yaml"].map(
    (name) => `node_modules/.${name}`,
  ),
  ".pnp.cjs",
  ".pnp.data.json",
];

/**
 * Removes the credentials from npm's record of an installation, which is cached for the next build.
 * Returns the new text under the path of the record, or an empty object if the record contains no
 * credentials.
 */
export const publicRecord = (app: App, folder: string): Promise<Readonly<Record<string, string>>> =>
  publicFiles(app, [folder], ["node_modules/.package-lock.json"]);

async function publicFiles(app: App, folders: readonly string[], names: readonly string[]) {
  const paths = new Set(folders.flatMap((folder) => names.map((name) => join(folder, name))));
  const texts = [...paths].sort().map(async (path) => {
    const text = (await app.exists(path)) ? await publicTextOf(path, await app.readText(path)) : undefined;
    return text === undefined ? [] : [[path, text] as const];
  });
  return Object.fromEntries((await Promise.all(texts)).flat());
}

/**
 * Removes credentials from the text of a file, with the parser for its format. Returns `undefined`
 * if the text does not contain credentials.
 */
export async function publicTextOf(path: string, text: string): Promise<string | undefined> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === ".yarnrc.yml" ? publicYaml(text) : publicText(name, text);
}

/** Empties an invalid file that mentions credentials. No Yarn can have read it. */
async function publicYaml(text: string): Promise<string | undefined> {
  const { load } = await import("js-yaml");
  const uncommented = text.replace(/^[ \t]*#.*npmAuth(?:Token|Ident).*\n?/gm, "");
  try {
    const table = uncommented.trim() === "" ? {} : load(uncommented, yamlOptions);
    return (await withoutCredentials(table as s.Table)) ?? (uncommented === text ? undefined : uncommented);
  } catch {
    return /npmAuth/.test(text) ? "" : undefined;
  }
}

/** Lines are not only those with a name of `secret`, but all that speak of a token, comments as well. */
function withoutLines(secret: RegExp): (text: string) => string {
  const speaksOfToken = /(?:^|\W)_(?:auth(?:token)?|password)(?!\w)/i;
  return (text) =>
    text
      .split(/(?<=\n)|(?<=\r)(?!\n)/)
      .filter((line) => !speaksOfToken.test(line) && !secret.test(line))
      .join("");
}
