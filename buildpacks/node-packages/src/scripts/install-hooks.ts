import type { PackageJson } from "@libcnb/node-app";

/** Scripts of the app that a package manager runs when it installs the dependencies. */
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
 * True if an app or one of its workspaces has install scripts. Install scripts can read and write
 * any file of the app, so that their result is unpredictable.
 */
export const hasInstallHooks = (manifests: Readonly<Record<string, PackageJson>>): boolean =>
  Object.values(manifests).some(({ scripts }) => hooks.some((name) => (scripts[name] ?? "").trim() !== ""));
