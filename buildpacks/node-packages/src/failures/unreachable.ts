/** A host that a tool could not reach. */
export interface Unreachable {
  readonly host: string;
  /**
   * True if it was asked as a registry is: not for an archive of a repository, a prebuilt binary, a
   * repository.
   */
  readonly isRegistry: boolean;
}

/** The last unreachable host in a tool's output; `undefined` if there was none. */
export function unreachableHost(output: string): Unreachable | undefined {
  const lines = output.split("\n").filter((line) => failed.test(line));
  for (const line of lines.toReversed()) {
    const asked = line.length > longest ? undefined : (askedAddress(line) ?? askedName(line));
    if (asked !== undefined) return asked;
  }
  return undefined;
}

/** Of Node.js, curl and git, ssh. A line of more is no account of a failure. */
const failed =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b|Could not resolve host|Failed to connect to/;
const longest = 2_000;

function askedAddress(line: string): Unreachable | undefined {
  const [, address] = /((?:git\+)?(?:https?|ssh|git):\/\/[^\s"'`,]+)/.exec(line) ?? [];
  const url = address === undefined ? undefined : URL.parse(address.replace(/^git\+/, "").replace(/[:)]+$/, ""));
  if (url === undefined || url === null || url.hostname === "") return undefined;
  return {
    host: url.host,
    isRegistry: !isOther(url.hostname) && !ofOthers.test(url.pathname) && /^http/.test(url.protocol),
  };
}

function askedName(line: string): Unreachable | undefined {
  const [, host] =
    /(?:getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|connect E[A-Z]+|Could not resolve host(?:name)?:?|Failed to connect to) ([\w.:[\]-]*\w)/.exec(
      line,
    ) ?? [];
  return host === undefined ? undefined : { host, isRegistry: !isOther(host) && !/prebuil|pre-gyp/.test(line) };
}

const ofOthers = /\/(?:archive|tarball|tar\.gz|zipball|releases|download|dist)\/|\.(?:git|zip|tar\.(?:gz|xz|bz2))\/?$/;

/** Where code and binaries are, and no registry of packages. */
const isOther = (host: string): boolean =>
  /(?:^|\.)(?:github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|nodejs\.org|amazonaws\.com|googleapis\.com|azureedge\.net|cypress\.io|prisma\.sh|playwright\.dev|electronjs\.org)$/.test(
    host,
  );
