import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildContext, type CreateReason, type Env, explainReason, s } from "libcnb";
import type { Task } from "../task.ts";
import { type Fingerprints, fingerprintsOf, listTree } from "./listing.ts";

/**
 * The schema of the metadata of the layer that caches the result of a build. If two builds have the
 * same values, they have the same result. The log shows the field names.
 */
export const buildKey = s.table({
  files: s.string,
  scripts: s.string,
  variables: s.string,
  bindings: s.string,
  node: s.string,
  manager: s.string,
  target: s.string,
  environment: s.string,
  buildImage: s.string,
  buildpack: s.string,
});

export type BuildKey = Readonly<Record<keyof BuildInputs, string>>;

/**
 * The inputs of a package manager and of an app's scripts, on which the result of a build depends.
 */
export interface BuildInputs {
  readonly files: Fingerprints;
  readonly scripts: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly bindings: Fingerprints;
  readonly node: string;
  /** The name and version of the package manager: `npm 11.6.0`. */
  readonly manager: string;
  readonly target: Readonly<Record<string, unknown>>;
  /** The execution environment: `production`, `test`, `development`, … */
  readonly environment: string;
  /** Texts that identify the packages of the build image. */
  readonly buildImage: readonly string[];
  /** The version of this buildpack. */
  readonly buildpack: string;
}

/** Computes the cache key of a build. Secret and overlong values are replaced by digests. */
export const buildKeyOf = (inputs: BuildInputs): BuildKey => ({
  files: digest([...inputs.files]),
  scripts: inputs.scripts.join(", "),
  variables: digest(Object.entries(inputs.variables).filter(isInput).toSorted(byName)),
  bindings: digest([...inputs.bindings]),
  node: inputs.node,
  manager: inputs.manager,
  target: Object.values(inputs.target).map(text).join(" "),
  environment: inputs.environment,
  buildImage: digest(inputs.buildImage),
  buildpack: inputs.buildpack,
});

/** Returns the reason why the app is rebuilt, for the log. `files` describes the changed files. */
export function whyBuilt(reason: CreateReason, files: string): string {
  if (reason.kind !== "metadata-changed") return explainReason(reason);
  return reason.changes
    .map((change) => {
      if (change.field === "files" && files !== "") return files;
      const reported = hashedVariables[change.field];
      return reported === undefined ? explainReason({ ...reason, changes: [change] }) : `${reported} changed`;
    })
    .join(", ");
}

const hashedVariables: Readonly<Record<string, string>> = {
  files: "the app's files",
  variables: "environment variables of the build",
  bindings: "bindings",
  buildImage: "the build image",
};

/**
 * True if a variable may affect the result of the build. Variables that the platform sets for each
 * build, and variables that affect only this buildpack, are left out. The directories
 * of the lifecycle do not change inside an image.
 */
const isInput = ([name, value]: readonly [string, string | undefined]): boolean =>
  value !== undefined && !/^(CNB_.*|HOME|HOSTNAME|BP_NODE_ALWAYS_BUILD)$/.test(name);

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const digest = (value: unknown): string => hash("sha256", JSON.stringify(value)).slice(0, 32);

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

/** The settings files of the user who builds. */
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
