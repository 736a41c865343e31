/** A host that a tool could not reach. */
export interface Unreachable {
  readonly host: string;
  /**
   * True if the request was for a package of a registry, rather than a git repository, an archive
   * of one, or a prebuilt binary.
   */
  readonly isRegistry: boolean;
}

/** The last unreachable host in a tool's output; `undefined` if there was none. */
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
