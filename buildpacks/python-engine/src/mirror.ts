import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

/** The release at the address that BP_CPYTHON_MIRROR names, if it does. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_CPYTHON_MIRROR",
    value,
    code: "PYTHON_MIRROR_INVALID",
    folder: "20260814/",
    path: /[^/]+\/[^/]+$/,
    example: "file:///mirror/python",
  });
