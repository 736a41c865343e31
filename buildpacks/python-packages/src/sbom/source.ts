import { publicAddress } from "@libcnb/app-kit/addresses";
import { urlPart } from "@libcnb/app-kit/sbom/package-url";

/**
 * The URL of a package that is not from an index, in a form that all SBOM formats support;
 * `undefined` if it is not a URL.
 */
export const addressOf = (source: string): string | undefined => {
  const address = publicAddress(source);
  return /^(https?|git|git\+\w+):\/\/[^/]/.test(address) && URL.canParse(address) ? address : undefined;
};

/**
 * The qualifier for a package's source, because the same name and version in an index may differ.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md
 */
export function qualifierOf(source: string | undefined): string {
  if (source === undefined) return "";
  const address = publicAddress(source);
  if (addressOf(address) === undefined) return `?file_name=${urlPart(address.split("/").at(-1) ?? address)}`;
  return `?${/^\w+\+|^git:/.test(address) ? "vcs_url" : "download_url"}=${urlPart(address)}`;
}
