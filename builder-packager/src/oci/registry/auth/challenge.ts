/** One authentication challenge in a `WWW-Authenticate` header. */
export interface Challenge {
  /** The authentication scheme in lower case, such as `bearer`. */
  readonly scheme: string;
  /** The parameters of the challenge. Names are in lower case, and values have no quotes. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Parses `WWW-Authenticate` (RFC 9110, section 11.6.1), which may contain several challenges.
 *
 * @example `parseChallenges('Bearer realm="https://auth.example/token",service="example"')`
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  // A parameter (name=value), or a scheme: a word that no "=" follows.
  const pattern =
    /([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))|([A-Za-z0-9!#$%&'*+.^_`|~-]+)/g;
  for (const [, name, quoted, plain, scheme] of header.matchAll(pattern)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (name !== undefined) {
      const current = challenges.at(-1);
      if (current) current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
    }
  }
  return challenges;
}
