import { addressOn, type MirrorSetting } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

const setting = (value: string | undefined): MirrorSetting => ({
  name: "BP_NODE_MIRROR",
  value,
  code: "NODE_MIRROR_INVALID",
  folder: "v24.18.0/",
  path: /(?<=\/)(v[^/]+\/[^/]+|index\.json)$/,
  example: "file:///mirror/node",
});

/**
 * Returns the release with its URL on the mirror in BP_NODE_MIRROR, if set. Files of npm registries
 * are unaffected.
 */
export const onMirror = (release: Release, value: string | undefined): Release =>
  release.uri.startsWith("npm:") ? release : { ...release, uri: addressOnMirror(release.uri, value) };

/** Converts a URL of the Node.js project to a URL on the mirror in BP_NODE_MIRROR, if set. */
export const addressOnMirror = (address: string, value: string | undefined): string =>
  addressOn(address, setting(value));
