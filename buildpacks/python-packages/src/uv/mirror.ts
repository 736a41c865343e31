import type { Env } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";
import { isSame } from "../registry/named-indexes.ts";
import { plainName, type UvIndex } from "./indexes.ts";
import type { UvLock } from "./lockfile.ts";

/** An index that replaces the indexes of a lockfile. */
export interface Mirror {
  /** The value of `UV_DEFAULT_INDEX`: `name=https://…`. */
  readonly setting: string;
  /** The URL, which may contain credentials. */
  readonly url: string;
  /** The indexes of the lockfile that are replaced. */
  readonly replaced: readonly string[];
}

/**
 * The indexes with which a mirror for a lockfile is determined: those of the lockfile, of the app's
 * files, of variables and of bindings.
 */
export interface Indexes {
  readonly lock: UvLock | undefined;
  /** The indexes in the app's files. */
  readonly named: readonly UvIndex[];
  /** The environment of the build. */
  readonly env: Env;
  /** The indexes in bindings. */
  readonly bound: readonly PackageIndex[];
}

/**
 * Returns the default index in variables or bindings as a mirror, if the lockfile was created with
 * another index. In this case, uv would report the lockfile as outdated. With uv's check disabled,
 * uv would download from the URLs in the lockfile instead of the mirror.
 */
export function mirrorOf(indexes: Indexes): Mirror | undefined {
  const main = defaultIndex(indexes);
  if (main === undefined || indexes.named.some((each) => !each.isDefault && isSame(each.url, main.url)))
    return undefined;
  const replaced = unknownTo(main.url, indexes);
  return replaced.length === 0 ? undefined : { ...main, replaced };
}

/**
 * Returns those indexes of the lockfile that differ from the default index and from all other
 * configured indexes. Only the default index can replace them.
 */
export function unknownTo(main: string, { lock, named, env, bound }: Indexes): readonly string[] {
  const others = [
    ...named.flatMap(({ url, isDefault }) => (isDefault ? [] : [url])),
    ...bound.flatMap(({ url, isDefault }) => (isDefault || url === undefined ? [] : [url])),
    ...`${env.UV_INDEX ?? ""} ${env.UV_EXTRA_INDEX_URL ?? ""}`.split(/\s+/).map(addressIn),
  ];
  return registriesOf(lock).filter((each) => ![main, ...others].some((other) => isSame(each, other)));
}

/** The user's variables take precedence over bindings. */
function defaultIndex({ env, bound }: Indexes): { readonly setting: string; readonly url: string } | undefined {
  const setting = env.UV_DEFAULT_INDEX || env.UV_INDEX_URL;
  if (setting) return { setting, url: addressIn(setting) };
  const main = bound.find(({ isDefault, url }) => isDefault && url !== undefined);
  return main?.url === undefined ? undefined : { setting: `${plainName(main.name)}=${main.url}`, url: main.url };
}

/** `own=https://…` is an address with a name. */
const addressIn = (setting: string): string => setting.replace(/^[\w.-]+=/, "");

const registriesOf = (lock: UvLock | undefined): readonly string[] => [
  ...new Set(
    (lock?.packages ?? []).flatMap(({ source: { kind, address } }) =>
      kind === "registry" && /^https?:/.test(address) ? [address] : [],
    ),
  ),
];
