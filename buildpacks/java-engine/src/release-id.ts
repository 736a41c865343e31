/** The supported distributions of OpenJDK. */
export type Distribution = "liberica" | "temurin" | "zulu";

/** The kind of Java installation: `jdk` with compilers, or `jre` only for running apps. */
export type Kind = "jdk" | "jre";

/** Returns the id of a dependency in buildpack.toml: `liberica-jre`. */
export const idOf = (release: { readonly distribution: Distribution; readonly kind: Kind }): string =>
  `${release.distribution}-${release.kind}`;
