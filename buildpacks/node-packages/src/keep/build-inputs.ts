import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildContext, Env } from "libcnb";
import type { Task } from "../task.ts";
import type { BuildInputs } from "./build-key.ts";
import { type Fingerprints, fingerprintsOf, listTree } from "./listing.ts";

/** Reads all inputs that affect the result of a build. */
export function readInputs(
  { app, env, platform, target, execEnv, buildpack }: BuildContext<unknown>,
  { scripts, choice, toolVersion, node, leaves }: Task,
): BuildInputs {
  return {
    files: fingerprintsOf(app.dir, listTree(app.dir)),
    scripts: leaves === "assets" ? [...scripts, "assets only"] : scripts,
    variables: { ...platform.env, ...env },
    bindings: fingerprintsIn(join(platform.dir, "bindings")),
    node,
    manager: `${choice.name} ${toolVersion}`,
    target: { ...target },
    environment: execEnv,
    buildImage: [
      ...[...packageLists, ...userSettings(env)].map(textOrNone),
      ...[...fingerprintsIn(slimPackageList)].flat().map(String),
    ],
    buildpack: buildpack.version,
  };
}

const fingerprintsIn = (dir: string): Fingerprints =>
  existsSync(dir) ? fingerprintsOf(dir, listTree(dir)) : new Map();

/** Files in which Debian and Alpine list the installed packages. No image has all of them. */
const packageLists: readonly string[] = ["/etc/os-release", "/var/lib/dpkg/status", "/lib/apk/db/installed"];

/** Images without dpkg have a file for each package. */
const slimPackageList = "/var/lib/dpkg/status.d";

/** Settings of whoever builds. */
const userSettings = ({ NPM_CONFIG_USERCONFIG, npm_config_userconfig, HOME = "/" }: Env): readonly string[] => [
  NPM_CONFIG_USERCONFIG ?? npm_config_userconfig ?? join(HOME, ".npmrc"),
  ...[".yarnrc", ".yarnrc.yml", ".config/pnpm/rc", ".config/pnpm/config.yaml", ".bunfig.toml"].map((name) =>
    join(HOME, name),
  ),
];

function textOrNone(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
