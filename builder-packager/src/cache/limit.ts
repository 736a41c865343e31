import { CnbError } from "../errors.ts";

/**
 * The maximum size of the cache: a number of bytes, or a share of the cache's size plus the free
 * space.
 */
export type CacheLimit = { readonly bytes: number } | { readonly share: number } | "unlimited";

const variable = "LIBCNB_CACHE_SIZE";

/** The default: the cache never uses more space than it leaves free. */
const usual: CacheLimit = { share: 0.5 };

const units: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/**
 * Reads the limit of the cache in the environment variable LIBCNB_CACHE_SIZE: `20GB` (decimal),
 * `20GiB` or `20g` (binary), or `50%`. `0` and `unlimited` mean no limit. Other numbers need a unit:
 * with a limit of 20 bytes, every build would empty the cache.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function cacheLimit(env: NodeJS.ProcessEnv): CacheLimit {
  const text = env[variable]?.trim() ?? "";
  if (text === "") return usual;
  if (/^(unlimited|0+)$/i.test(text)) return "unlimited";
  const [, count = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?) ?(%|b|[kmgt]i?b?)$/i.exec(text) ?? [];
  const limit = unit === "%" ? { share: Number(count) / 100 } : { bytes: Number(count) * factorOf(unit) };
  if (count !== "" && isPossible(limit)) return limit;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `${variable}=${text} is neither a positive size with a unit nor a positive share of at most 100%`,
    {
      hint: `Set ${variable} to a size with a unit such as 20GB, 20GiB or 500MB, to a share of the disk such as 50%, or to "unlimited".`,
    },
  );
}

function factorOf(unit: string): number {
  const [, letter = "", binary = "", byte = ""] = /^([kmgt]?)(i?)(b?)$/i.exec(unit) ?? [];
  return (binary === "" && byte !== "" ? 1000 : 1024) ** (units[letter.toLowerCase()] ?? 0);
}

const isPossible = (limit: Exclude<CacheLimit, "unlimited">): boolean =>
  "share" in limit ? limit.share > 0 && limit.share <= 1 : limit.bytes >= 1;

/** Returns the limit in bytes; infinity for `unlimited`. */
export function limitBytes(
  limit: CacheLimit,
  { size, free }: { readonly size: number; readonly free: number },
): number {
  if (limit === "unlimited") return Number.POSITIVE_INFINITY;
  return "share" in limit ? Math.floor((size + free) * limit.share) : limit.bytes;
}
