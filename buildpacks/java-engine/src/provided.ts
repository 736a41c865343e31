import { dependency, s } from "libcnb";

/** A requirement may ask for a version, say in words who asks, and where it is needed. */
const jreRequest = s.table({
  version: s.optional(s.string),
  source: s.optional(s.string),
  build: s.optional(s.boolean),
  launch: s.optional(s.boolean),
});

/**
 * The dependency `jdk`: the JDK for building apps. The JDK is also in the image if a requirement
 * has `launch = true`.
 */
export const jdk = dependency("jdk", jreRequest);

/**
 * The dependency `jre`: the runtime of apps. It is in the image unless all requirements are only
 * for the build.
 */
export const jre = dependency("jre", jreRequest);
