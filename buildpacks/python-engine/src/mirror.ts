import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

/** The release with its URL on the mirror of BP_CPYTHON_MIRROR, if set. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_CPYTHON_MIRROR",
    value,
    code: "PYTHON_MIRROR_INVALID",
    folder: "20260814/",
    path: /[^/]+\/[^/]+$/,
    example: "file:///mirror/python",
  });
