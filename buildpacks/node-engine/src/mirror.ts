import { type Release, UserError } from "libcnb";

/** The release at the address that BP_NODE_MIRROR names, if it does: that of the folder which holds `v24.18.0/` and its siblings. */
export function onMirror(release: Release, mirror: string | undefined): Release {
  if (!mirror || release.uri.startsWith("npm:")) return release;
  if (!/^(https?|file):\/\//.test(mirror) || !URL.canParse(mirror)) {
    throw new UserError("NODE_MIRROR_INVALID", "BP_NODE_MIRROR is not an http, https or file address", {
      hint: "Write the address of the folder that holds v24.18.0/ and its siblings, such as file:///mirror/node.",
    });
  }
  const [path] = /v[^/]+\/[^/]+$/.exec(release.uri) ?? [];
  return path === undefined ? release : { ...release, uri: `${mirror.replace(/\/+$/, "")}/${path}` };
}
