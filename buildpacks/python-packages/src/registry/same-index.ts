import { publicAddress } from "@libcnb/app-kit/addresses";
import type { PackageIndex } from "../package-manager.ts";

/** An index as files of an app name it. */
export interface NamedIndex {
  readonly name: string;
  /** Maybe with credentials, or variables. */
  readonly url: string;
}

/** The names by which an app knows an index of the user: its own, and those that its files have for the address. */
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
