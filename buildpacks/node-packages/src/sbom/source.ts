/** The address of a package that comes from no registry, in a form that all formats can write. */
export function addressOf(given: string): string | undefined {
  const source = withoutPassword(given);
  const address = gitAddress(source) ?? source;
  return /^(https?|git|git\+\w+):\/\/[^/]/.test(address) && URL.canParse(address) ? address : undefined;
}

/**
 * Where it comes from is part of what it is: the same name and version in a registry may be something else.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function qualifierOf(given: string | undefined): string {
  if (given === undefined) return "";
  const source = withoutPassword(given);
  const git = gitAddress(source);
  return `?${git === undefined ? "download_url" : "vcs_url"}=${encodeURIComponent((git ?? source).toWellFormed())}`;
}

/** `git+ssh://host/path#commit`, whatever the form in which the tool writes it; `undefined` if it is not a repository's. */
function gitAddress(source: string): string | undefined {
  if (/^git(\+\w+)?:\/\//.test(source)) return source;
  if (/^ssh:\/\/|^https?:\/\/[^#]+\.git(#|$)/.test(source)) return `git+${source}`;
  const [, host, path] = /^(?:[^/:@]+@)?([^/:@]+):(?!\/\/)([^/].*)$/.exec(source) ?? [];
  return host === undefined ? undefined : `git+ssh://${host}/${path}`;
}

/** A password or a token, as in `git+https://token@host`, is not for everybody who reads it. SSH has the name of a user only. */
const withoutPassword = (source: string): string =>
  source.replace(/^((?:git\+)?https?:\/\/)[^/?#]*@/i, "$1").replace(/^([\w+.-]+:\/\/[^/?#:@]*):[^/?#]*@/, "$1@");
