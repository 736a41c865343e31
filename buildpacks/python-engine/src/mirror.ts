import { type Release, UserError } from "libcnb";

/** The release at the address that BP_CPYTHON_MIRROR names, if it does: that of the folder which holds `20260814/` and its siblings. */
export function onMirror(release: Release, mirror: string | undefined): Release {
  if (!mirror) return release;
  if (!/^(https?|file):\/\//.test(mirror) || !URL.canParse(mirror)) {
    throw new UserError("PYTHON_MIRROR_INVALID", "BP_CPYTHON_MIRROR is not an http, https or file address", {
      hint: "Write the address of the folder that holds 20260814/ and its siblings, such as file:///mirror/python.",
    });
  }
  const [path] = /[^/]+\/[^/]+$/.exec(release.uri) ?? [];
  return path === undefined ? release : { ...release, uri: `${mirror.replace(/\/+$/, "")}/${path}` };
}
