import { boolean, dependency, optional, string, table } from "libcnb";

/** A requirement may ask for a version, say in words who asks, and where it is needed. */
const wish = table({
  version: optional(string),
  source: optional(string),
  build: optional(boolean),
  launch: optional(boolean),
});

/** What apps are built with; in the image, too, where a requirement says so. */
export const jdk = dependency("jdk", wish);

/** What apps run on: in the image, unless requirements say that it is for the build alone. */
export const jre = dependency("jre", wish);
