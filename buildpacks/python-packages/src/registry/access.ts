import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { BuildContext, Env } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";
import { packageIndexes, withPassword } from "./indexes.ts";

/**
 * The access of package managers to the user's package indexes: settings, environment variables and
 * secrets.
 */
export interface RegistryAccess {
  /** Environment variables for every tool. */
  readonly env: Env;
  /** The absolute path of a directory outside of layers, for files with credentials. */
  readonly dir: string;
  /** Texts that logs must not show. */
  readonly secrets: readonly string[];
  readonly indexes: readonly PackageIndex[];
  /** The path of the netrc that tools read. The file may not exist. */
  readonly netrc: string;
  /** Removes the files with credentials. */
  remove(): Promise<void>;
}

type Sources = Pick<BuildContext<unknown>, "bindings" | "env">;

/**
 * Collects the user's index settings for the tools. The settings come from environment variables,
 * and from bindings of the types `pypi`, `netrc` (`.netrc`) and `pip` (`pip.conf`). pip reads all
 * these settings, and also installs the other tools. For another tool, its implementation converts
 * `indexes` to settings of that tool.
 */
export async function registryAccess(context: Sources): Promise<RegistryAccess> {
  const { env } = context;
  const indexes = await packageIndexes(context.bindings);
  const files = await boundFiles(context);
  const texts = Object.values(files);
  const secrets = secretsOf(env, indexes, texts);
  const indexEnv = pipEnv(indexes, env);
  const dir = await mkdtemp(join(tmpdir(), "indexes-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text, { mode: 0o600 });
  const variables = Object.entries(variablesOfFiles).filter(([, name]) => files[name] !== undefined);
  return {
    env: { ...indexEnv, ...Object.fromEntries(variables.map(([variable, name]) => [variable, join(dir, name)])) },
    dir,
    secrets,
    indexes,
    netrc: files[".netrc"] === undefined ? netrcOf(env) : join(dir, ".netrc"),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

const variablesOfFiles = { NETRC: ".netrc", PIP_CONFIG_FILE: "pip.conf" } as const;

/** Texts by names of files; what the user has is kept, that of bindings comes first, as tools take the first that fits. */
async function boundFiles({ bindings, env }: Sources): Promise<Readonly<Record<string, string>>> {
  const own = { netrc: netrcOf(env), pip: env.PIP_CONFIG_FILE ?? "" };
  const read = async (type: "netrc" | "pip", key: string) => {
    const texts = (await bindings.filter({ type })).flatMap((each) => (each.has(key) ? [each.text(key)] : []));
    if (texts.length === 0) return {};
    return { [key]: [...texts, existsSync(own[type]) ? readFileSync(own[type], "utf8") : "", ""].join("\n") };
  };
  return { ...(await read("netrc", ".netrc")), ...(await read("pip", "pip.conf")) };
}

const netrcOf = (env: Env): string => env.NETRC ?? join(env.HOME ?? homedir(), ".netrc");

/**
 * Returns the variables for pip. They contain the passwords, because two indexes on one host may
 * have different passwords. The user's variables take precedence.
 */
function pipEnv(indexes: readonly PackageIndex[], env: Env): Env {
  const urls = (isDefault: boolean) =>
    indexes.filter((each) => each.isDefault === isDefault).flatMap((each) => withPassword(each) ?? []);
  const [main] = urls(true);
  const extra = [...urls(true).slice(1), ...urls(false)];
  return defined({
    PIP_INDEX_URL: env.PIP_INDEX_URL === undefined ? main : undefined,
    PIP_EXTRA_INDEX_URL: extra.length > 0 ? [env.PIP_EXTRA_INDEX_URL, ...extra].filter(Boolean).join(" ") : undefined,
  });
}

/** Returns the texts to hide in logs: passwords in bindings, variables, and URLs. */
export function secretsOf(env: Env, indexes: readonly PackageIndex[], texts: readonly string[]): readonly string[] {
  const variables = Object.entries(env).flatMap(([name, value = ""]) =>
    isSecret.test(name) && !isSwitch.test(value) ? [value] : passwordsIn(value),
  );
  const ofIndexes = indexes.map(({ password }) => password ?? "");
  const ofFiles = texts.flatMap((text) => [...passwordsIn(text), ...netrcPasswords(text)]);
  const all = [...variables, ...ofIndexes, ...ofFiles].flatMap((each) => [each, encodeURIComponent(each)]);
  // hiding every "a" would hide nothing
  return [...new Set(all)].filter((each) => each.length >= 4);
}
const isSecret = /TOKEN|PASSW|SECRET|CREDENTIAL/i;
// TOKENIZERS_PARALLELISM=true: nothing else that is true is to be hidden
const isSwitch = /^(true|false|none|null|auto)$/i;
function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(/https?:\/\/([^/?#\s"'<>@]*)@/gi)].flatMap(([, login = ""]) => {
    const [user = "", ...password] = login.split(":");
    // a token may be the only text before the host
    const secret = password.length > 0 ? password.join(":") : user;
    return /^\$\{.*\}$|^git$/.test(secret) ? [] : [secret];
  });
}

const netrcPasswords = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\s)password\s+(\S+)/g)].map(([, password = ""]) => password);
