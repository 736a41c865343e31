import { publicAddress } from "@libcnb/app-kit/addresses";
import type { PackageIndex } from "../package-manager.ts";

/** An index that files of an app name. */
export interface NamedIndex {
  readonly name: string;
  /** Maybe with credentials, or variables. */
  readonly url: string;
}

/**
 * The names of a user's index in an app: the name in the binding, and those that the app's files
 * give to its URL.
 */
export function namesOf(
  { name, url }: Pick<PackageIndex, "name" | "url">,
  named: readonly NamedIndex[],
): readonly string[] {
  const ofApp = named.filter((each) => url !== undefined && isSame(each.url, url)).map((each) => each.name);
  return [...new Set([name, ...ofApp])];
}

/** True if two URLs refer to the same index: credentials and a trailing slash are ignored. */
export const isSame = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (address: string): string => publicAddress(address).replace(/\/+$/, "");
