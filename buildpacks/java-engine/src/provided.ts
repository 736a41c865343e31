import { boolean, dependency, optional, string, table } from "libcnb";

/** A requirement may ask for a version, say in words who asks, and where it is needed. */
const jreRequest = table({
  version: optional(string),
  source: optional(string),
  build: optional(boolean),
  launch: optional(boolean),
});

/** The JDK for building apps; also in the image if a requirement says so. */
export const jdk = dependency("jdk", jreRequest);

/** The runtime of apps: in the image, unless requirements are only for the build. */
export const jre = dependency("jre", jreRequest);
