import { type Env, type Release, UserError } from "libcnb";

/** Where Node.js comes from, as the id in the inventory: the Node.js project's archives, or the packages of an npm registry. */
export type Distribution = "node" | "node-npm";

/** Reads BP_NODE_DISTRIBUTION. */
export function chosenDistribution(env: Env): Distribution {
  const value = env.BP_NODE_DISTRIBUTION ?? "";
  if (value === "" || value === "archive") return "node";
  if (value === "npm") return "node-npm";
  throw new UserError(
    "NODE_DISTRIBUTION_UNKNOWN",
    `BP_NODE_DISTRIBUTION is "${value}", which is not a distribution of Node.js`,
    {
      hint: 'Use "archive" (the Node.js project\'s archives, the default) or "npm" (packages of an npm registry).',
    },
  );
}

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
