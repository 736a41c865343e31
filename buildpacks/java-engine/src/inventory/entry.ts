import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

/** A release in buildpack.toml, without what all of a distribution have in common. */
export interface Entry {
  readonly distribution: Distribution;
  readonly kind: Kind;
  /** With the number of the build behind a plus, Java 8 as the others: `17.0.19+10`, `8.0.492+9`, `11.0.32.1+1`. */
  readonly version: string;
  readonly arch: Architecture;
  readonly uri: string;
  /** `sha256:<hex>`, or what else the distribution publishes. */
  readonly checksum: string;
}

/** Whose builds of OpenJDK there are. */
export type Distribution = "liberica" | "temurin" | "zulu";

/** With compilers, or for running apps alone. */
export type Kind = "jdk" | "jre";

/** Go's names of processors. */
export type Architecture = "amd64" | "arm64";

/** The name of an entry's dependency in buildpack.toml: `liberica-jre`. */
export const idOf = ({ distribution, kind }: Pick<Entry, "distribution" | "kind">): string => `${distribution}-${kind}`;

/** The line of a version: `17` of `17.0.19+10`. */
export const lineOf = ({ version }: Pick<Entry, "version">): string => version.split(".", 1)[0] ?? version;

/** Below 0 if `a` is newer. */
export const newerFirst = (a: Pick<Entry, "version">, b: Pick<Entry, "version">): number =>
  newerVersionFirst(numbersOf(a), numbersOf(b));

/** The build is one more number. */
const numbersOf = ({ version }: Pick<Entry, "version">): string => {
  const [release = "", build = "0"] = version.split("+");
  const numbers = release.split(".");
  return [...numbers, ...Array.from({ length: Math.max(0, 5 - numbers.length) }, () => "0"), build].join(".");
};
