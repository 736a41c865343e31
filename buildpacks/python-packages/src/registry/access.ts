import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildContext, Env } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";
import { packageIndexes, withPassword } from "./indexes.ts";
import { secretsOf } from "./secrets.ts";

/** The tools' access to the user's package indexes. */
export interface RegistryAccess {
  /** Variables for every tool. */
  readonly env: Env;
  /** An absolute path in no layer, for files with credentials. */
  readonly dir: string;
  /** Texts that no log may show. */
  readonly secrets: readonly string[];
  readonly indexes: readonly PackageIndex[];
  /** The path of a netrc that counts, there or not. */
  readonly netrc: string;
  /** Removes the files with credentials. */
  remove(): Promise<void>;
}

type Sources = Pick<BuildContext<unknown>, "bindings" | "env">;

/**
 * Passes the index settings of bindings of the types `pypi`, `netrc` (`.netrc`) and `pip`
 * (`pip.conf`) and of variables to tools. pip reads all of them, and every tool is installed by
 * pip; adapters of other tools convert `indexes`.
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

/** For pip, with passwords: two indexes of one host may have different ones. What the user sets wins. */
function pipEnv(indexes: readonly PackageIndex[], env: Env): Env {
  const urls = (isDefault: boolean) =>
    indexes.filter((each) => each.isDefault === isDefault).flatMap((each) => withPassword(each) ?? []);
  const [main] = urls(true);
  const extra = [...urls(true).slice(1), ...urls(false)];
  return {
    ...(main !== undefined && env.PIP_INDEX_URL === undefined && { PIP_INDEX_URL: main }),
    ...(extra.length > 0 && { PIP_EXTRA_INDEX_URL: [env.PIP_EXTRA_INDEX_URL, ...extra].filter(Boolean).join(" ") }),
  };
}
