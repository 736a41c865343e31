import { chmod, rename, stat, writeFile } from "node:fs/promises";
import { CnbError } from "../../errors.ts";
import { createNextTo } from "../../oci/files/output-file.ts";
import { outputFile } from "../../oci/files/output-target.ts";
import { closeNames } from "../../text/suggest.ts";
import { readConfigFile } from "../read-file.ts";
import { decodeUserConfig } from "../user-config-toml.ts";
import { type SettingPath, withoutSetting, withSetting } from "./edit-settings.ts";
import { type Setting, userSettings } from "./user-settings.ts";

/** A setting that `cnb config set` or `unset` changes, and its key in the file. */
export interface NamedSetting {
  readonly setting: Setting;
  readonly path: SettingPath;
}

/**
 * Parses the key of a setting. The key of mirrors contains a registry or image:
 * `registry-mirrors.docker.io`.
 *
 * @throws CnbError CONFIG_INVALID with the closest key
 * @example
 * `settingNamed("registry-mirrors.docker.io").path // { table: "registry-mirrors", key: "docker.io" }`
 */
export function settingNamed(text: string): NamedSetting {
  const [, first = "", rest = ""] = /^([^.]*)\.?(.*)$/s.exec(text) ?? [];
  const setting = userSettings.find(({ key }) => key === first);
  if (setting === undefined) throw unknownSetting(first);
  if (setting.kind === "mirrors" && rest !== "") return { setting, path: { table: first, key: rest } };
  if (rest === "") return { setting, path: { key: first } };
  throw new CnbError("CONFIG_INVALID", `there is no setting ${first}.${rest}: ${first} is a single value`, {
    hint: `Use ${first}.`,
  });
}

function unknownSetting(key: string): CnbError {
  if (key === "registry-logins" || key === "verify")
    return new CnbError("CONFIG_INVALID", `the setting ${key} cannot be changed with cnb config`, {
      hint: "Write the setting into the file that `cnb config path` prints. A secret in an argument would be in the shell's history.",
    });
  const keys = userSettings.map((each) => each.key);
  const [closest] = closeNames(key, keys);
  return new CnbError("CONFIG_INVALID", `there is no setting ${key}${closest ? `, did you mean ${closest}?` : ""}`, {
    hint: `The settings are ${keys.join(", ")}.`,
  });
}

/**
 * Sets a setting in cnb's configuration file, which is created if it does not exist.
 *
 * @throws CnbError CONFIG_INVALID for a wrong value, and for a file that is already invalid; OUTPUT_UNWRITABLE
 */
export async function setSetting(
  file: string,
  { setting, path }: NamedSetting,
  values: readonly string[],
): Promise<void> {
  if (setting.kind === "mirrors" && path.table === undefined)
    throw new CnbError("CONFIG_INVALID", `the setting ${setting.key} needs the name of a registry or image`, {
      hint: `Run cnb config set ${setting.key}.NAME MIRROR….`,
    });
  const [only = ""] = values;
  if (setting.kind === "text" && values.length > 1)
    throw new CnbError("CONFIG_INVALID", `the setting ${setting.key} has one value, but ${values.length} are given`, {
      hint: `Run cnb config set ${setting.key} VALUE.`,
    });
  await change(file, (text) => withSetting(text, path, setting.kind === "text" ? only : values));
}

/** Removes a setting from cnb's configuration file. Returns false if the file does not have it. */
export const unsetSetting = (file: string, { path }: NamedSetting): Promise<boolean> =>
  change(file, (text) => withoutSetting(text, path));

async function change(file: string, edit: (text: string) => string): Promise<boolean> {
  const before = await textOf(file);
  decodeUserConfig(Buffer.from(before), file);
  const after = edit(before);
  if (after === before) return false;
  decodeUserConfig(Buffer.from(after), file);
  await replace(file, after);
  return true;
}

async function textOf(file: string): Promise<string> {
  try {
    const bytes = await readConfigFile(file, {
      unreadable: (reason, cause) =>
        new CnbError("CONFIG_INVALID", `cannot read ${file}: ${reason}`, {
          cause,
          hint: "Correct the file, or remove it.",
        }),
      tooLarge: (reason) =>
        new CnbError("CONFIG_INVALID", `${file} ${reason}`, { hint: "Correct the file, or remove it." }),
    });
    return Buffer.from(bytes).toString("utf8");
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw error;
  }
}

/** Replaces the file of a link, with its mode, so that an interruption leaves the old file or the new one. */
async function replace(file: string, text: string): Promise<void> {
  const target = outputFile(file);
  const mode = (await stat(target).catch(() => undefined))?.mode ?? 0o600;
  await createNextTo(target, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await chmod(temporary, mode & 0o777);
    await rename(temporary, target);
  });
}
