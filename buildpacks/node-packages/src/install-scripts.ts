import { type Project, scriptsOf } from "./project.ts";

/** Scripts of the app that npm runs after it installed the dependencies. */
const hooks: readonly string[] = [
  "preinstall",
  "install",
  "postinstall",
  "prepublish",
  "preprepare",
  "prepare",
  "postprepare",
];

/**
 * Why a kept installation must not be used although nothing that npm reads has changed; `undefined` when it may.
 *
 * The app's own install scripts read and write any file of the app, so that nobody can tell whether they would do the same again.
 */
export function reinstallReason({
  packageJson,
  workspaces,
  lockfile,
}: Project): "install-scripts" | "workspaces-unknown" | undefined {
  const scripts = [packageJson, ...Object.values(workspaces)].flatMap((manifest) => Object.keys(scriptsOf(manifest)));
  if (scripts.some((name) => hooks.includes(name))) return "install-scripts";
  if (packageJson.workspaces !== undefined && lockfile?.workspaces === undefined) return "workspaces-unknown";
  return undefined;
}
