import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

/** The release at the address that BP_NODE_MIRROR names, if it does; registries have mirrors of their own. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  release.uri.startsWith("npm:")
    ? release
    : onMirrorOf(release, {
        name: "BP_NODE_MIRROR",
        value,
        code: "NODE_MIRROR_INVALID",
        folder: "v24.18.0/",
        path: /v[^/]+\/[^/]+$/,
        example: "file:///mirror/node",
      });
