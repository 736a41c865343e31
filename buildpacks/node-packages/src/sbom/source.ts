import { publicAddress } from "@libcnb/app-kit/addresses";
import { urlPart } from "@libcnb/app-kit/sbom/package-url";

/** The URL of a package that is not from a registry, in a form that all SBOM formats support. */
export function addressOf(given: string): string | undefined {
  const source = publicAddress(given);
  const address = gitAddress(source) ?? source;
  return /^(https?|git|git\+\w+):\/\/[^/]/.test(address) && URL.canParse(address) ? address : undefined;
}

/**
 * The qualifier for a package's source, because the same name and version in a registry may differ.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function qualifierOf(given: string | undefined): string {
  if (given === undefined) return "";
  const source = publicAddress(given);
  const git = gitAddress(source);
  return `?${git === undefined ? "download_url" : "vcs_url"}=${urlPart(git ?? source)}`;
}

/** `git+ssh://host/path#commit`, whatever the form in which the tool writes it; `undefined` if it is not a repository's. */
function gitAddress(source: string): string | undefined {
  if (/^git(\+\w+)?:\/\//.test(source)) return source;
  if (/^ssh:\/\/|^https?:\/\/[^#]+\.git(#|$)/.test(source)) return `git+${source}`;
  const [, host, path] = /^(?:[^/:@]+@)?([^/:@]+):(?!\/\/)([^/].*)$/.exec(source) ?? [];
  return host === undefined ? undefined : `git+ssh://${host}/${path}`;
}
