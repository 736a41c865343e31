import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

/** The release at the address that BP_JVM_MIRROR names, if it does: names of files tell whose they are and of which version. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_JVM_MIRROR",
    value,
    code: "JAVA_MIRROR_INVALID",
    folder: "the archives",
    path: /[^/]+$/,
    example: "file:///mirror/java",
  });
