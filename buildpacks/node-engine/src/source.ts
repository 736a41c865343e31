import { type App, type Env, UserError } from "libcnb";
import type { Wanted } from "./fetch.ts";
import { type Distribution, type Inventory, npmIntegrity, type Release } from "./inventory.ts";
import { chooseRegistry, tarballUrl } from "./registry.ts";

/** The files that make up an installation: Node.js, and npm where Node.js comes without. */
export interface Source {
  readonly node: Wanted;
  readonly npm?: Wanted;
}

/** Reads BP_NODE_DISTRIBUTION. */
export function chosenDistribution(env: Env): Distribution {
  const value = env.BP_NODE_DISTRIBUTION ?? "";
  if (value === "" || value === "archive") return "archive";
  if (value === "npm") return "npm";
  throw new UserError(
    "NODE_DISTRIBUTION_UNKNOWN",
    `BP_NODE_DISTRIBUTION is "${value}", which is not a distribution of Node.js`,
    {
      hint: 'Use "archive" (the Node.js project\'s archives, the default) or "npm" (packages of an npm registry).',
    },
  );
}

/** Finds where a release is fetched from: a mirror of the archives, or the user's npm registry. */
export async function sourceOf(release: Release, inventory: Inventory, app: App, env: Env): Promise<Source> {
  if (release.distribution === "archive") return archiveSource(release, env.BP_NODE_MIRROR || inventory.mirror);
  const text = async (file: string) => ((await app.exists(file)) ? app.readText(file) : undefined);
  const lockfile = (await text("package-lock.json")) ?? (await text("npm-shrinkwrap.json"));
  const { url, token } = chooseRegistry({ env, npmrc: await text(".npmrc"), lockfile });
  const wanted = (name: string, version: string, integrity: string) => ({
    url: tarballUrl(url, name, version),
    integrity,
    token,
  });
  const node = wanted(release.path, release.version, release.integrity);
  return release.npm === undefined
    ? { node }
    : { node, npm: wanted("npm", release.npm, npmIntegrity(inventory, release.npm)) };
}

/** An address for people to read, without user name and password. */
export function shownUrl(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

function archiveSource({ path, integrity }: Release, mirror: string): Source {
  if (!/^(https?|file):\/\//.test(mirror) || !URL.canParse(mirror)) {
    throw new UserError(
      "NODE_MIRROR_INVALID",
      `BP_NODE_MIRROR is "${mirror}", which is not an http, https or file address`,
      {
        hint: "Write the address of the folder that holds v24.18.0/ and its siblings, such as file:///mirror/node.",
      },
    );
  }
  return { node: { url: `${mirror.replace(/\/+$/, "")}/${path}`, integrity } };
}
