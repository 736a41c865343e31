import { createHash } from "node:crypto";
import { type CreateReason, explain, string, type Table, table } from "libcnb";
import { withoutCredentials } from "./npmrc.ts";
import type { Project } from "./project.ts";

/** Metadata of the layer that keeps the installed tree. Equal values mean an equal `node_modules`; names are read by users. */
export const installKey = table({
  dependencies: string,
  lockfile: string,
  settings: string,
  node: string,
  arch: string,
});

export type InstallKey = Readonly<Record<"dependencies" | "lockfile" | "settings" | "node" | "arch", string>>;

/** Where the installation happens, as far as it decides about the result. */
export interface InstallHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
  readonly arch: string;
}

/** Digests of everything that decides what npm puts into `node_modules`. */
export const installKeyOf = (
  { packageJson, workspaces, lockfile, npmrc = "" }: Project,
  host: InstallHost,
): InstallKey => ({
  dependencies: digest(
    [
      packageJson,
      ...Object.entries(workspaces)
        .toSorted(byName)
        .map(([, manifest]) => manifest),
    ].map(installFieldsOf),
  ),
  lockfile: digest(lockfile === undefined ? null : [lockfile.name, lockfile.text]),
  settings: digest([
    withoutCredentials(npmrc) ?? npmrc,
    Object.entries(host.env)
      .filter(([name]) => hasEffect(name))
      .toSorted(byName),
  ]),
  node: host.nodeVersion,
  arch: host.arch,
});

/** Fields of a package.json that npm reads when it installs; a new version or start script is no reason to install again. */
const installFields: readonly string[] = [
  "name",
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "peerDependenciesMeta",
  "bundleDependencies",
  "bundledDependencies",
  "overrides",
  "workspaces",
  "bin",
  "allowScripts",
];

const installFieldsOf = (manifest: Table) => installFields.map((field) => manifest[field] ?? null);

/** npm's settings, without those that say where packages come from, who asks, or how much is printed. */
const hasEffect = (name: string): boolean =>
  /^npm_config_/i.test(name) &&
  !/registry|auth|token|password|proxy|cafile|loglevel|notifier|progress|cache|config$|fetch|maxsockets/i.test(name);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** 64 bits of SHA-256: enough against chance, and short enough to be shown in a log. */
const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/** Why npm is started, in words: of a digest only that it changed. */
export function whyInstalled(reason: CreateReason): string {
  if (reason.kind !== "metadata-changed") return explain(reason);
  const isDigest = (field: string) => ["dependencies", "lockfile", "settings"].includes(field);
  return reason.changes
    .map((change) => (isDigest(change.field) ? `${change.field} changed` : explain({ ...reason, changes: [change] })))
    .join(", ");
}
