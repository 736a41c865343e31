import { dependency } from "libcnb";

/** A JDK for the build. */
export const jdk = dependency("jdk");

/** The artifact, in place of the source. */
export const applicationPackage = dependency("jvm-application-package");
