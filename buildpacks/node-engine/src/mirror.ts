import { addressOn, type MirrorSetting } from "@libcnb/app-kit/release/mirror";
import type { Release } from "libcnb";

const setting = (value: string | undefined): MirrorSetting => ({
  name: "BP_NODE_MIRROR",
  value,
  code: "NODE_MIRROR_INVALID",
  folder: "v24.18.0/",
  path: /(v[^/]+\/[^/]+|index\.json)$/,
  example: "file:///mirror/node",
});

/** The release at the address that BP_NODE_MIRROR names, if it does; registries have mirrors of their own. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  release.uri.startsWith("npm:") ? release : { ...release, uri: addressOnMirror(release.uri, value) };

/** An address of the Node.js project on the mirror that BP_NODE_MIRROR names, if it does. */
export const addressOnMirror = (address: string, value: string | undefined): string =>
  addressOn(address, setting(value));
