import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

/**
 * A release in buildpack.toml, without the fields that all releases of a distribution have in
 * common.
 */
export interface Entry {
  readonly distribution: Distribution;
  readonly kind: Kind;
  /**
   * The version, with the build number after a plus. Versions of Java 8 are written in the same
   * form: `17.0.19+10`, `8.0.492+9`, `11.0.32.1+1`.
   */
  readonly version: string;
  readonly arch: Architecture;
  readonly uri: string;
  /** The checksum: `sha256:<hex>`, or another algorithm that the distribution publishes. */
  readonly checksum: string;
}

/** The supported distributions of OpenJDK. */
export type Distribution = "liberica" | "temurin" | "zulu";

/** The kind of installation: `jdk` with compilers, or `jre` only for running apps. */
export type Kind = "jdk" | "jre";

/** Go's names of processor architectures. */
export type Architecture = "amd64" | "arm64";

/** The name of an entry's dependency in buildpack.toml: `liberica-jre`. */
export const idOf = ({ distribution, kind }: Pick<Entry, "distribution" | "kind">): string => `${distribution}-${kind}`;

/** The release line of a version: `17` for `17.0.19+10`. */
export const lineOf = ({ version }: Pick<Entry, "version">): string => version.split(".", 1)[0] ?? version;

/** Compares versions. Returns a negative number if `a` is newer. */
export const newerFirst = (a: Pick<Entry, "version">, b: Pick<Entry, "version">): number =>
  newerVersionFirst(numbersOf(a), numbersOf(b));

/** The build is one more number. */
const numbersOf = ({ version }: Pick<Entry, "version">): string => {
  const [release = "", build = "0"] = version.split("+");
  const numbers = release.split(".");
  return [...numbers, ...Array.from({ length: Math.max(0, 5 - numbers.length) }, () => "0"), build].join(".");
};
