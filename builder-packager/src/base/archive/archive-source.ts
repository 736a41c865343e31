import { pathToFileURL } from "node:url";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { AptSource, SignedBy } from "./apt-sources.ts";

/** One suite of a package archive, such as `bookworm-security`, at a mirror. */
export interface ArchiveSource {
  /** The mirror's URL without a trailing slash. */
  readonly url: string;
  readonly suite: string;
  /**
   * The archive's components to use, such as `main`. If empty, all requested components that the
   * suite has are used.
   */
  readonly components: readonly string[];
  /** The keys that the apt source of the suite names; absent if it names none. */
  readonly signedBy?: SignedBy;
}

export interface SourceQuery {
  readonly suite: string;
  /**
   * The archive's components, such as `main`. If empty, the components in the host's apt source are
   * used, or else `main`.
   */
  readonly components: readonly string[];
  readonly architecture: string;
  /**
   * The mirrors. Each is `URL`, `URL SUITE [COMPONENT…]` for a suite with another name, or a
   * directory. `[arch=NAME,…]` before it restricts it to architectures.
   */
  readonly mirrors: readonly string[];
}

/**
 * The name of the environment variable that lists mirrors, separated by commas. The option
 * `--mirror` takes precedence.
 */
export const mirrorVariable = "LIBCNB_DEBIAN_MIRROR";

/**
 * Chooses the suites and mirrors of package archives: `mirrors`, or else those in
 * LIBCNB_DEBIAN_MIRROR, or else those in the host's apt configuration, even if the host runs
 * another release. A mirror given by the user provides exactly the requested suite (or the suite
 * written after the mirror's URL). The host's configuration also provides the suites with
 * `-updates` and `-security` appended, if the configuration lists them, because an image should
 * have the security fixes that the host itself would install.
 *
 * @throws CnbError BASE_MIRROR_UNKNOWN if no source names a mirror, because there is no default
 * mirror; ARGUMENT_INVALID for a malformed mirror
 * @example
 * `chooseSources({ suite: "bookworm", components: [], architecture: "amd64", mirrors: [] }, env, await readAptSources("/etc/apt"))`
 */
export function chooseSources(query: SourceQuery, env: NodeJS.ProcessEnv, apt: readonly AptSource[]): ArchiveSource[] {
  const fromEnv = (env[mirrorVariable] ?? "").split(/[,\n]/).filter((item) => item.trim());
  const given = query.mirrors.length > 0 ? query.mirrors : fromEnv;
  if (given.length > 0) {
    const sources = given.flatMap((text) => parseMirror(text, query));
    if (sources.length > 0) return sources;
  }
  const usable = apt.filter(({ architectures }) => architectures?.includes(query.architecture) ?? true);
  for (const sources of [usable, siblings(usable, query.suite)]) {
    const found = sources.filter(({ suite }) => family(query.suite).includes(suite));
    if (found.some(({ suite }) => suite === query.suite)) return unique(found.map((source) => fromApt(source, query)));
  }
  throw mirrorUnknown(query, apt);
}

const family = (suite: string): readonly string[] => [suite, `${suite}-updates`, `${suite}-security`];

/**
 * The host's sources, converted to `suite`: a distribution's archive has all its releases, so a
 * host of another release knows the mirror, too. A source without `-updates` or `-security` next to
 * it is third-party.
 */
function siblings(apt: readonly AptSource[], suite: string): AptSource[] {
  const names = new Set(apt.map((source) => source.suite));
  const own = apt.filter(({ suite: name }) => names.has(`${name}-updates`) || names.has(`${name}-security`));
  const locations = own.map((source) => family(source.suite));
  return apt.flatMap((source) => {
    const location = locations.map((names) => names.indexOf(source.suite)).find((index) => index >= 0);
    return location === undefined ? [] : [{ ...source, suite: family(suite)[location] ?? suite }];
  });
}

/**
 * Parses a mirror. `[arch=arm64]` restricts it to an architecture, as in apt's sources, because
 * ports of a distribution may be on another host.
 */
function parseMirror(text: string, query: SourceQuery): ArchiveSource[] {
  const [, architectures, rest = ""] = /^(?:\[arch=([a-z0-9,]+)\]\s*)?(.*)$/s.exec(text.trim()) ?? [];
  if (architectures && !architectures.split(",").includes(query.architecture)) return [];
  const [location = "", suite = query.suite, ...components] = rest.trim().split(/\s+/);
  const url = location.startsWith("/") ? pathToFileURL(location).href : location;
  if (!/^(https?|file):\/\/.*/.test(url)) {
    throw new CnbError(
      "ARGUMENT_INVALID",
      `the mirror "${text}" is neither a URL (http, https or file) nor the absolute path of a directory`,
      {
        hint: 'Write a URL such as http://HOST/debian, or the absolute path of a directory. To use the mirror for another suite, write "URL SUITE COMPONENT". In --mirror and base.toml, a path that starts with "./" is also allowed.',
      },
    );
  }
  const wanted = components.length > 0 ? components : componentsOf(query);
  return [{ url: url.replace(/\/+$/, ""), suite, components: wanted }];
}

const componentsOf = ({ components }: SourceQuery): readonly string[] =>
  components.length > 0 ? components : ["main"];

const fromApt = ({ uri, suite, components, signedBy }: AptSource, query: SourceQuery): ArchiveSource => ({
  url: uri,
  suite,
  components: query.components.length > 0 ? query.components : components,
  ...defined({ signedBy }),
});

/** Removes duplicate sources, which hosts often have in `sources.list` and next to it. */
function unique(sources: readonly ArchiveSource[]): ArchiveSource[] {
  const seen = new Map(
    sources.map((source) => [`${source.url} ${source.suite} ${source.components.join(" ")}`, source]),
  );
  return [...seen.values()];
}

function mirrorUnknown({ suite, architecture }: SourceQuery, apt: readonly AptSource[]): CnbError {
  const suites = [...new Set(apt.map((source) => source.suite))];
  const has = suites.join(", ") || "none";
  return new CnbError(
    "BASE_MIRROR_UNKNOWN",
    `no mirror is configured for the suite ${suite} on ${architecture}: the apt configuration of this host has no source for it (suites found: ${has})`,
    { hint: `Pass a mirror with --mirror URL, or set ${mirrorVariable}.` },
  );
}
