import { resolve } from "node:path";
import type { Command } from "commander";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import type { EffectiveValue, SettingSource, SourceValues } from "../../config/settings/user-settings.ts";
import { CnbError } from "../../errors.ts";
import { nonEmpty } from "../flags/non-empty.ts";
import { type RegistryFlags, registryFlags } from "../flags/registry-flags.ts";

interface ShowOptions extends RegistryFlags {
  readonly builder?: string;
  readonly json?: boolean;
}

/** `cnb config`: shows and changes the settings of this user. */
export function register(program: Command): void {
  const config = program.command("config").description("show and change the settings of cnb for this user");
  const show = config
    .command("show", { isDefault: true })
    .description("print each setting with its source: a flag, an environment variable, the file, or the default")
    .option("-B, --builder <image>", "the builder, as for cnb build")
    .option("--json", "print JSON");
  registryFlags(show).action(async (options: ShowOptions, command: Command) =>
    printSettings(options, contextOf(command)),
  );
  config
    .command("set")
    .description("set a setting in the configuration file")
    .argument("<key>", "the setting, such as default-builder or registry-mirrors.docker.io")
    .argument("<value...>", "the value, or the values of a list")
    .action(async (key: string, values: readonly string[], _: unknown, command: Command) =>
      set(key, values, contextOf(command)),
    );
  config
    .command("unset")
    .description("remove a setting from the configuration file")
    .argument("<key>", "the setting, such as default-builder or registry-mirrors.docker.io")
    .action(async (key: string, _: unknown, command: Command) => unset(key, contextOf(command)));
  config
    .command("path")
    .description("print the path of the configuration file")
    .action(async (_: unknown, command: Command) => {
      const { env, stdout } = contextOf(command);
      stdout.write(`${await fileIn(env)}\n`);
    });
}

async function printSettings(options: ShowOptions, context: CommandContext): Promise<void> {
  const { env, stdout } = context;
  const { effectiveValues } = await import("../../config/settings/user-settings.ts");
  const values = effectiveValues(await sources(options, context));
  const { configFile } = await import("../../config/user-config.ts");
  const file = configFile(env) ?? null;
  if (options.json) {
    stdout.write(`${JSON.stringify({ file, settings: values }, undefined, 2)}\n`);
    return;
  }
  const rows = values.map((each) => [each.key, shownValue(each), sourceNames[each.source](each.by ?? "")] as const);
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  for (const [key, value, source] of rows)
    stdout.write(`${key.padEnd(width(0))}  ${value.padEnd(width(1))}  ${source}\n`);
}

const shownValue = ({ name, value }: EffectiveValue): string => (name === undefined ? value : `${name} → ${value}`);

const sourceNames: Readonly<Record<SettingSource, (by: string) => string>> = {
  flag: (by) => `flag ${by}`,
  variable: (by) => `variable ${by}`,
  file: () => "file",
  pack: () => "pack's configuration",
  default: () => "default",
};

/** The values of all sources. Those of the variables are checked as by the commands that use them. */
async function sources(options: ShowOptions, { env, reporter }: CommandContext): Promise<readonly SourceValues[]> {
  const [{ readUserConfig }, { registryVariables }, { readPackConfig }, { cacheDir }, { cacheLimit }, { valuesOf }] =
    await Promise.all([
      import("../../config/user-config.ts"),
      import("../../config/registry-variables.ts"),
      import("../../config/pack-config.ts"),
      import("../../cache-dirs.ts"),
      import("../../cache/limit.ts"),
      import("../../config/settings/user-settings.ts"),
    ]);
  const warn = (text: string) => reporter.warn(text);
  const [file, pack] = [await readUserConfig(env, warn), await readPackConfig(env, warn)];
  cacheLimit(env);
  const { LIBCNB_BUILDER, REGISTRY_AUTH_FILE, LIBCNB_CACHE_DIR, LIBCNB_CACHE_SIZE } = env;
  const variables = nonEmpty({
    defaultBuilder: LIBCNB_BUILDER,
    authFile: REGISTRY_AUTH_FILE,
    cacheDir: LIBCNB_CACHE_DIR,
    cacheSize: LIBCNB_CACHE_SIZE,
  });
  const { builder, insecureRegistry: insecure, caCert: caCertificates = [], registryMirror: mirrors } = options;
  const packMirrors = Object.entries(pack.registryMirrors).map(([host, mirror]) => [host, [mirror]]);
  return [
    {
      source: "flag",
      values: valuesOf({ ...nonEmpty({ defaultBuilder: builder }), insecure, caCertificates, mirrors }),
    },
    { source: "variable", values: valuesOf({ ...registryVariables(env), ...variables }) },
    { source: "file", values: valuesOf(file) },
    { source: "pack", values: valuesOf({ mirrors: Object.fromEntries(packMirrors) }) },
    { source: "default", values: { "cache-dir": cacheDir({ ...env, LIBCNB_CACHE_DIR: "" }), "cache-size": "50%" } },
  ];
}

async function set(key: string, values: readonly string[], { env, cwd }: CommandContext): Promise<void> {
  const [{ setSetting, settingNamed }, { absoluteLocation }] = await Promise.all([
    import("../../config/settings/change-settings.ts"),
    import("../../config/user-config.ts"),
  ]);
  const named = settingNamed(key);
  const isBuilder = named.setting.key === "default-builder";
  // In the file, a relative path would be relative to the file.
  const written = values.map((value) => {
    if (named.setting.isPath) return resolve(cwd, value);
    return isBuilder ? absoluteLocation(value, cwd) : value;
  });
  await setSetting(await fileIn(env), named, written);
}

async function unset(key: string, { env, reporter }: CommandContext): Promise<void> {
  const { settingNamed, unsetSetting } = await import("../../config/settings/change-settings.ts");
  const file = await fileIn(env);
  if (!(await unsetSetting(file, settingNamed(key)))) reporter.info(`${file} does not set ${key}`);
}

async function fileIn(env: NodeJS.ProcessEnv): Promise<string> {
  const { configFile } = await import("../../config/user-config.ts");
  const file = configFile(env);
  if (file !== undefined) return file;
  throw new CnbError("CONFIG_INVALID", "cnb has no configuration file, because HOME is not set", {
    hint: "Set LIBCNB_CONFIG to the path of the configuration file, for example /etc/cnb/config.toml.",
  });
}
