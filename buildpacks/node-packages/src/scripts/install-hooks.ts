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
 * Whether an app or a workspace of it has install scripts. They read and write any file of the app, so that nobody can tell
 * whether they would do the same again.
 */
export const hasInstallHooks = (manifests: Readonly<Record<string, PackageJson>>): boolean =>
  Object.values(manifests).some(({ scripts }) => hooks.some((name) => (scripts[name] ?? "").trim() !== ""));
