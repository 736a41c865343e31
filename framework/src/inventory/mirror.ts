import { LibcnbError } from "../errors.ts";
import { percentDecoded } from "../host/downloads/percent-encoding.ts";

/** Mirrors by host. `default` is the mirror for all other hosts. */
export type Mirrors = ReadonlyMap<string, Mirror>;

/** The text that configures a mirror, and the source of the configuration. */
export interface Mirror {
  /** The variable or binding entry that names the mirror. */
  readonly source: string;
  readonly text: string;
}

const prefix = "BP_DEPENDENCY_MIRROR";

/**
 * Reads the mirrors in variables and in bindings of the type `dependency-mirror`. Variables take
 * precedence. In the name of a variable, `__` stands for `-` and `_` for `.`:
 * BP_DEPENDENCY_MIRROR_MY__HOST_ORG.
 *
 * @see https://github.com/paketo-buildpacks/rfcs/blob/main/text/0060-dependency-mirrors.md
 */
export function mirrorsOf(
  env: Readonly<Record<string, string | undefined>>,
  entries: readonly (readonly [host: string, text: string])[],
): Mirrors {
  const bound = entries.map(
    ([host, text]) =>
      [host.toLowerCase(), { text, source: `the entry ${host} of a dependency-mirror binding` }] as const,
  );
  const set = Object.entries(env).flatMap(([name, text]) => {
    const host = hostOf(name);
    return host === undefined || text === undefined ? [] : [[host, { text, source: name }] as const];
  });
  return new Map([...bound, ...set].filter(([, { text }]) => text.trim() !== ""));
}

function hostOf(variable: string): string | undefined {
  if (variable === prefix) return "default";
  if (!variable.startsWith(`${prefix}_`)) return undefined;
  const host = variable
    .slice(prefix.length + 1)
    .replaceAll("__", "-")
    .replaceAll("_", ".")
    .toLowerCase();
  return host === "default" ? undefined : host; // the plain variable is the way to name one
}

/**
 * Returns the URL of a file on the mirror of its host. The URL consists of the mirror's path, in
 * which `{originalHost}` is replaced, and the file's own path without the first occurrence of
 * `skip-path`. Returns undefined if the host has no mirror.
 *
 * @throws LibcnbError MIRROR_INVALID
 */
export function mirrored(url: URL, mirrors: Mirrors): URL | undefined {
  const mirror = mirrors.get(url.hostname.toLowerCase()) ?? mirrors.get("default");
  if (mirror === undefined) return undefined;
  const { address, skipPath } = parseMirror(mirror);
  const base = address.pathname.replace(/(?<!\/)\/+$/, "").replace("%7BoriginalHost%7D", url.hostname);
  const result = new URL(address.href);
  result.pathname = base + withoutPath(url.pathname, skipPath);
  result.search = url.search;
  return result;
}

/**
 * Parses `https://host/path,skip-path=/prefix` or `mirror=https://host/path,skip-path=/prefix`;
 * parts may be percent-encoded if they contain commas.
 */
function parseMirror({ text, source }: Mirror): { readonly address: URL; readonly skipPath: string } {
  const parts = text
    .trim()
    .split(",")
    .map((part) => part.trim());
  const named = (name: string) => parts.findLast((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const address = named("mirror") ?? parts.find((part) => /^(https|file)/i.test(part)) ?? text;
  const url = URL.parse(percentDecoded(address));
  if (url !== null && ["https:", "file:"].includes(url.protocol))
    return { address: url, skipPath: percentDecoded(named("skip-path") ?? "") };
  throw new LibcnbError("MIRROR_INVALID", `${source} is not the URL of a dependency mirror`, {
    cause: "expected an https or file URL",
    hint: `Use a URL such as https://mirror.example.org/{originalHost}. If the original URLs begin with a path that the mirror does not have, such as /dist, append ,skip-path=/dist.`,
  });
}

function withoutPath(pathname: string, skipped: string): string {
  return pathname.includes(skipped) ? pathname.replace(skipped, "") : percentDecoded(pathname).replace(skipped, "");
}
