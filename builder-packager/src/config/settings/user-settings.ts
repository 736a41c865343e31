import { defined } from "../../defined.ts";
import type { Mirrors, UserSettings } from "../registry-configuration.ts";

/** The kinds of values: one text, a list of texts, or lists of mirrors by the name of a registry or image. */
export type SettingKind = "text" | "list" | "mirrors";

/** A setting that `cnb config` shows and changes. */
export interface Setting {
  /** The key in config.toml. */
  readonly key: string;
  readonly kind: SettingKind;
  readonly variable: string;
  /** The flag of the commands that use the setting; absent if there is none. */
  readonly flag?: string;
  /** True if the values are paths. In config.toml, they are relative to its directory. */
  readonly isPath?: true;
}

/**
 * All settings, in the order in which they are shown. `cnb config` does not change logins and
 * `[[verify]]`; users write them by hand.
 */
export const userSettings: readonly Setting[] = [
  { key: "default-builder", kind: "text", variable: "LIBCNB_BUILDER", flag: "--builder" },
  { key: "run-image-mirrors", kind: "mirrors", variable: "LIBCNB_RUN_IMAGE_MIRRORS" },
  { key: "insecure-registries", kind: "list", variable: "LIBCNB_INSECURE_REGISTRIES", flag: "--insecure-registry" },
  { key: "ca-certificates", kind: "list", variable: "LIBCNB_CA_CERTIFICATES", flag: "--ca-cert", isPath: true },
  { key: "registry-mirrors", kind: "mirrors", variable: "LIBCNB_REGISTRY_MIRRORS", flag: "--registry-mirror" },
  { key: "auth-file", kind: "text", variable: "REGISTRY_AUTH_FILE", isPath: true },
  { key: "cache-dir", kind: "text", variable: "LIBCNB_CACHE_DIR", isPath: true },
  { key: "cache-size", kind: "text", variable: "LIBCNB_CACHE_SIZE" },
];

/** The settings of one source, such as the environment variables or a configuration file. */
export type SettingValues = Readonly<Record<string, string | readonly string[] | Mirrors | undefined>>;

/** Returns the values of settings by their keys in config.toml. */
export const valuesOf = (settings: Partial<UserSettings>): SettingValues => ({
  "default-builder": settings.defaultBuilder,
  "run-image-mirrors": settings.runImageMirrors,
  "insecure-registries": settings.insecure,
  "ca-certificates": settings.caCertificates,
  "registry-mirrors": settings.mirrors,
  "auth-file": settings.authFile,
  "cache-dir": settings.cacheDir,
  "cache-size": settings.cacheSize,
});

/** The origin of a value. */
export type SettingSource = "flag" | "variable" | "file" | "pack" | "default";

/** The values that one source sets. In a list of sources, earlier ones take precedence. */
export interface SourceValues {
  readonly source: SettingSource;
  readonly values: SettingValues;
}

/** The effective value of a setting, and the source that sets it. */
export interface EffectiveValue {
  readonly key: string;
  /** For mirrors: the registry or image. */
  readonly name?: string;
  readonly value: string;
  readonly source: SettingSource;
  /** The flag or variable that has the value. */
  readonly by?: string;
}

/**
 * Returns the effective values of settings. A text comes from the first source that sets it. Lists
 * of all sources are combined. The mirrors of a registry or image come from the first source that
 * names the registry or image.
 *
 * @example `effectiveValues([{ source: "default", values: { "cache-size": "50%" } }])`
 */
export const effectiveValues = (sources: readonly SourceValues[]): readonly EffectiveValue[] =>
  userSettings.flatMap((setting) => {
    const found = sources.flatMap(({ source, values }) => {
      const value = values[setting.key];
      return value === undefined ? [] : entriesOf(value).map((entry) => ({ ...entry, ...origin(setting, source) }));
    });
    return firstOf(setting.kind, found);
  });

const entriesOf = (value: string | readonly string[] | Mirrors): readonly { name?: string; value: string }[] => {
  if (typeof value === "string") return [{ value }];
  if (isList(value)) return value.map((each) => ({ value: each }));
  return Object.entries(value).map(([name, mirrors]) => ({ name, value: mirrors.join(", ") }));
};

const isList = (value: readonly string[] | Mirrors): value is readonly string[] => Array.isArray(value);

function origin(
  { key, variable, flag }: Setting,
  source: SettingSource,
): Pick<EffectiveValue, "key" | "source" | "by"> {
  const by = { flag, variable, file: undefined, pack: undefined, default: undefined }[source];
  return { key, source, ...defined({ by }) };
}

function firstOf(kind: SettingKind, found: readonly EffectiveValue[]): readonly EffectiveValue[] {
  if (kind === "text") return found.slice(0, 1);
  const identity = ({ name, value }: EffectiveValue) => (kind === "list" ? value : name);
  return found.filter((each, index) => found.findIndex((other) => identity(other) === identity(each)) === index);
}
