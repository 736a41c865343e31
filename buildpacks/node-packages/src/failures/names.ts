import type { NameInOutput } from "libcnb/kit";

// The last `node_modules/` of a path is the package's own.
const name = "((?:@[\\w.~-]+/)?[\\w.~-]+)";

/** The package whose script failed. Each package manager names it differently. */
const owners: NameInOutput["patterns"] = [
  new RegExp(`^npm (?:ERR!|error) path .*/node_modules/${name}$`, "m"),
  new RegExp(`^error .*/node_modules/${name}: Command failed`, "m"),
  new RegExp(`YN0009: [^\\w@]*${name}@(?!workspace:)`),
  new RegExp(`script from "${name}" (?:exited|terminated)`),
  new RegExp(`node_modules/${name} (?:pre|post)?install: Failed`),
  new RegExp(`gyp ERR! cwd .*/node_modules/${name}$`, "m"),
  lastUnfinished,
];

/** Scripts run at the same time: of those that have started, the last that is not done. */
function lastUnfinished(output: string): string | undefined {
  const started = [...output.matchAll(starts)].map(([, first, second]) => first ?? second ?? "");
  return (
    started.findLast(
      (each) =>
        !output.includes(`node_modules/${each} install: Done`) &&
        !output.includes(`node_modules/${each} postinstall: Done`),
    ) ?? started.at(-1)
  );
}

const starts = new RegExp(
  `^> ${name}@\\S+ (?:pre|post)?install /.*/node_modules/|node_modules/${name} (?:pre|post)?install[:$] `,
  "gm",
);

const host = (output: string): string | undefined => unreachableHost(output)?.host;

/** Placeholders of error texts, whose values are found in the output of an installation. */
export const installNames = {
  OWNER: { patterns: owners, text: 'the package "NAME"', fallback: "the app" },
  MODULE: { patterns: owners, text: 'the package "NAME"', fallback: "a native module" },
  PACKAGE: { patterns: [unknownPackage], fallback: "a package in the requested version" },
  REGISTRY: {
    patterns: [host],
    text: "the package registry (NAME)",
    fallback: "the package registry",
  },
  HOST: { patterns: [host], fallback: "a host" },
  // the package manager's own code
  ERROR: {
    patterns: [/npm (?:ERR!|error) code ([A-Z]\w+)|"code": ?"([A-Z]\w+)"|\b(ERR_PNPM_\w+)/],
    fallback: "ENDING",
  },
} as const satisfies Readonly<Record<string, NameInOutput>>;

/**
 * The package that the registry does not have, with the requested version if the tool names it:
 * `@acme/shop@^1.0.0`.
 */
function unknownPackage(output: string): string | undefined {
  for (const pattern of unknownPackages) {
    const { name, version } = pattern.exec(output)?.groups ?? {};
    if (name !== undefined) return decodeName(version === undefined ? name : `${name}@${version}`);
  }
  return undefined;
}

const spec = "(?<name>@?[^\\s'\"@]+@[^\\s'\"]+?)";

const unknownPackages: readonly RegExp[] = [
  new RegExp(`requested resource '${spec}' could not be found`), // npm 12
  new RegExp(`'${spec}' is not in this registry`), // npm up to 11
  new RegExp(`No matching version found for ${spec}\\.?(?=\\s|$)`, "m"), // npm, pnpm
  /YN00\d\d: │ (?<name>@?[^\s@]+)@npm:(?<version>\S+?): (?:Package not found|No candidates found)/,
  /Couldn't find any versions for "(?<name>[^"]+)" that matches "(?<version>[^"]+)"/, // Yarn 1
  /Couldn't find package "(?<name>[^"]+)"/, // Yarn 1
  /No version matching "(?<version>[^"]+)" found for specifier "(?<name>[^"]+)"/, // Bun
  /(?:GET |│ {3})https?:\/\/\S*?(?<![\w.~-])(?<name>@[\w.~-]+%2f[\w.~-]+|[\w.~-]+)(?: - 404\b|: Not Found - 404\b)/i, // Bun, pnpm
];

/** A version that is a URL may contain a password. */
const decodeName = (name: string): string => name.replace(/@[a-z+]+:\/\/.*$/s, "").replace(/%2f/i, "/");

/** A host that a tool could not reach. */
interface Unreachable {
  readonly host: string;
  /**
   * True if the request was for a package of a registry, rather than a git repository, an archive
   * of one, or a prebuilt binary.
   */
  readonly isRegistry: boolean;
}

/**
 * Returns the last host in a tool's output that the tool could not reach; `undefined` if there was
 * none.
 */
export function unreachableHost(output: string): Unreachable | undefined {
  const lines = output.split("\n").filter((line) => networkErrors.test(line));
  for (const line of lines.toReversed()) {
    const unreachable = line.length > maxLength ? undefined : (fromUrl(line) ?? fromName(line));
    if (unreachable !== undefined) return unreachable;
  }
  return undefined;
}

/** Network errors of Node.js, curl, git and ssh. */
const networkErrors =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b|Could not resolve host|Failed to connect to/;
// a longer line is data, not an error message
const maxLength = 2_000;

function fromUrl(line: string): Unreachable | undefined {
  const [, address] = /((?:git\+)?(?:https?|ssh|git):\/\/[^\s"'`,]+)/.exec(line) ?? [];
  const url =
    address === undefined ? undefined : URL.parse(address.replace(/^git\+/, "").replace(/(?<![:)])[:)]+$/, ""));
  if (url === undefined || url === null || url.hostname === "") return undefined;
  return {
    host: url.host,
    isRegistry: !isOtherHost(url.hostname) && !otherPaths.test(url.pathname) && /^http/.test(url.protocol),
  };
}

function fromName(line: string): Unreachable | undefined {
  const [, host] =
    /(?:getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|connect E[A-Z]+|Could not resolve host(?:name)?:?|Failed to connect to) ([\w.:[\]-]*\w)/.exec(
      line,
    ) ?? [];
  return host === undefined ? undefined : { host, isRegistry: !isOtherHost(host) && !/prebuil|pre-gyp/.test(line) };
}

/** Paths of git repositories, their archives, and binaries. */
const otherPaths =
  /\/(?:archive|tarball|tar\.gz|zipball|releases|download|dist)\/|\.(?:git|zip|tar\.(?:gz|xz|bz2))\/?$/;

/** Hosts of git repositories and binaries. */
const isOtherHost = (host: string): boolean =>
  /(?:^|\.)(?:github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|nodejs\.org|amazonaws\.com|googleapis\.com|azureedge\.net|cypress\.io|prisma\.sh|playwright\.dev|electronjs\.org)$/.test(
    host,
  );
