import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

/** The release on the mirror in BP_JVM_MIRROR, if set: file names identify distribution and version. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_JVM_MIRROR",
    value,
    code: "JAVA_MIRROR_INVALID",
    folder: "the archives",
    path: /[^/]+$/,
    example: "file:///mirror/java",
  });
