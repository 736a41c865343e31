import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildContext, Env } from "libcnb";
import type { BuildInputs } from "./build-key.ts";
import { type Fingerprints, fingerprintsOf, listTree } from "./listing.ts";

/** Looks up all that decides about the result of a build. */
export function readInputs(
  { app, env, platform, target, execEnv, buildpack }: BuildContext,
  { scripts, node }: Pick<BuildInputs, "scripts" | "node">,
): BuildInputs {
  return {
    files: fingerprintsOf(app.dir, listTree(app.dir)),
    scripts,
    variables: { ...platform.env, ...env },
    bindings: fingerprintsIn(join(platform.dir, "bindings")),
    node,
    npm: npmVersion(env),
    target: { ...target },
    environment: execEnv,
    buildImage: [
      ...[...packageLists, userConfig(env)].map(textOrNone),
      ...[...fingerprintsIn(slimPackageList)].flat().map(String),
    ],
    buildpack: buildpack.version,
  };
}

const fingerprintsIn = (dir: string): Fingerprints =>
  existsSync(dir) ? fingerprintsOf(dir, listTree(dir)) : new Map();

/** The version that npm's own package.json names: starting npm would take longer than all else here. */
function npmVersion({ PATH = "" }: Env): string {
  const file = PATH.split(":")
    .map((dir) => join(dir, "npm"))
    .find((path) => existsSync(path));
  if (file === undefined) return "unknown";
  const manifest = textOrNone(join(dirname(realpathSync(file)), "../package.json"));
  return /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? "unknown";
}

/** Where Debian and Alpine say what is installed; no image has all of them. */
const packageLists: readonly string[] = ["/etc/os-release", "/var/lib/dpkg/status", "/lib/apk/db/installed"];

/** Images without dpkg have a file for each package. */
const slimPackageList = "/var/lib/dpkg/status.d";

/** npm's settings of whoever builds. */
const userConfig = ({ NPM_CONFIG_USERCONFIG, npm_config_userconfig, HOME = "/" }: Env): string =>
  NPM_CONFIG_USERCONFIG ?? npm_config_userconfig ?? join(HOME, ".npmrc");

function textOrNone(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
