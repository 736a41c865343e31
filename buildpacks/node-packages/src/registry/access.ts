import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { ManagerName } from "@libcnb/node-app";
import { type BuildContext, type s, UserError } from "libcnb";
import { berrySettings, decisiveSettings, joined, npmrcEntries, npmrcOf, secretsOf } from "./npmrc.ts";

/**
 * The access of package managers to the user's registries: settings, environment variables and
 * secrets.
 */
export interface RegistryAccess {
  /**
   * Environment variables for the tools. The files that these variables name can only be read by
   * the user of the build, and are not in a layer.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Texts that logs must not show. */
  readonly secrets: readonly string[];
  /**
   * The user's registry settings that affect which packages are installed, as text. Empty if there
   * are none.
   */
  readonly settings: string;
  /** Removes the files with credentials. */
  remove(): Promise<void>;
}

type Sources = Pick<BuildContext<unknown>, "app" | "bindings" | "env">;

/**
 * Passes the registry settings of bindings and build variables to tools. The bindings have the type
 * `npmrc` (file `.npmrc`) or `yarnrc` (`.yarnrc`, `.yarnrc.yml`). npm, pnpm, Yarn 1 and Bun read a
 * single `.npmrc`. Yarn 2 and newer read their own file in the home directory.
 */
export async function registryAccess(context: Sources, manager: ManagerName, root: string): Promise<RegistryAccess> {
  const home = context.env.HOME ?? homedir();
  const npmrc = await npmrcFor(context, home, manager === "pnpm" ? await appCredentials(context.app, root) : []);
  const ofYarn = manager === "yarn" ? await yarnFiles(context, home, npmrc[".npmrc"] ?? "") : {};
  const files = { ...npmrc, ...ofYarn };
  const reported = npmrc[".npmrc"] ?? "";
  const said = { secrets: secretsOf(reported, context.env), settings: decisiveSettings(reported, context.env) };
  if (Object.keys(files).length === 0) return { env: {}, ...said, remove: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), "registries-"));
  await writeHome(dir, home, files);
  return { env: variablesFor(dir, files), ...said, remove: () => rm(dir, { recursive: true, force: true }) };
}

type Files = Readonly<Record<string, string>>;

async function npmrcFor(context: Sources, home: string, ofApp: readonly string[]): Promise<Files> {
  const { env } = context;
  const user = textAt(env.NPM_CONFIG_USERCONFIG ?? env.npm_config_userconfig ?? join(home, ".npmrc"));
  const bound = [...ofApp, ...(await boundTexts(context, "npmrc", ".npmrc"))];
  const npmrc = npmrcOf({ user, bound, env });
  return npmrc === undefined ? {} : { ".npmrc": npmrc };
}

/** pnpm 11 and newer put variables into credentials of the user only, not of the app; the build has the app's owner as its user. */
async function appCredentials(app: Sources["app"], root: string): Promise<readonly string[]> {
  const path = join(root, ".npmrc");
  if (!(await app.exists(path))) return [];
  return (await app.readText(path)).split(/\r?\n/).filter((line) => /^\s*\/\/[^=]*=.*\$\{/.test(line));
}

async function yarnFiles(context: Sources, home: string, npmrc: string): Promise<Files> {
  const classic = await boundTexts(context, "yarnrc", ".yarnrc");
  const berry = await boundTexts(context, "yarnrc", ".yarnrc.yml");
  const settings = berrySettings(npmrcEntries(npmrc, context.env));
  return defined({
    ".yarnrc": classic.length > 0 ? [textAt(join(home, ".yarnrc")) ?? "", ...classic].join("\n") : undefined,
    ".yarnrc.yml":
      settings !== undefined || berry.length > 0 ? await yarnSettings(home, settings ?? {}, berry) : undefined,
  });
}

/**
 * Returns the variables that refer to the files. Yarn uses the directory as its home directory. The
 * directory therefore contains links to all other files of the real home directory, such as SSH
 * keys.
 */
const variablesFor = (dir: string, files: Files): Files =>
  defined({
    NPM_CONFIG_USERCONFIG: files[".npmrc"] === undefined ? undefined : join(dir, ".npmrc"),
    HOME: (files[".yarnrc"] ?? files[".yarnrc.yml"]) === undefined ? undefined : dir,
  });

async function writeHome(dir: string, home: string, files: Files): Promise<void> {
  const others = await readdir(home).catch(() => []);
  for (const name of others.filter((each) => files[each] === undefined))
    await symlink(join(home, name), join(dir, name));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text, { mode: 0o600 });
}

async function yarnSettings(home: string, settings: s.Table, bound: readonly string[]): Promise<string> {
  const { dump, load } = await import("js-yaml");
  const own = join(home, ".yarnrc.yml");
  const tables = [
    tableIn(textAt(own) ?? "", own, load),
    ...bound.map((text) => tableIn(text, "the .yarnrc.yml of a binding of type yarnrc", load)),
  ];
  return dump([settings, ...tables].reduce(joined), { lineWidth: -1 });
}

function tableIn(text: string, source: string, load: (text: string) => unknown): s.Table {
  try {
    // an empty document is none
    return (text.trim() === "" ? {} : (load(text) ?? {})) as s.Table;
  } catch {
    // the parser's words would show a part of the text
    throw new UserError("NODE_REGISTRY_SETTINGS_INVALID", `${source} is not valid YAML`, {
      hint: 'Correct the YAML: it must be a mapping of settings, such as "npmAuthToken: TOKEN".',
    });
  }
}

async function boundTexts(
  { bindings }: Pick<Sources, "bindings">,
  type: string,
  key: string,
): Promise<readonly string[]> {
  const found = await bindings.filter({ type });
  return found.flatMap((binding) => (binding.has(key) ? [binding.text(key)] : []));
}

const textAt = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
