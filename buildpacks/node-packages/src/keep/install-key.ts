import { hash } from "node:crypto";
import type { PackageJson } from "@libcnb/node-app";
import { type CreateReason, explainReason, type FieldChange, s } from "libcnb";
import type { Project } from "../package-manager.ts";

/**
 * The schema of the metadata of the layer that caches an installation. If two installations have
 * the same values, they are equal. The log shows the field names.
 */
export const installKey = s.table({
  manager: s.string,
  dependencies: s.string,
  inputs: s.anyTable,
  node: s.string,
  target: s.string,
});

/** The properties of the tools and the target that affect an installation. */
export interface InstallHost {
  /** The name and major version of the package manager: `npm 11`. */
  readonly manager: string;
  /** The version of Node.js, because native modules only work with that version. */
  readonly node: string;
  /** The operating system, architecture and distribution. */
  readonly target: string;
}

export interface InstallKey extends InstallHost {
  readonly dependencies: string;
  readonly inputs: s.Table;
}

/** Computes the cache key of an installation: digests of all its inputs. */
export const installKeyOf = ({ manifests, inputs }: Project, host: InstallHost): InstallKey => ({
  ...host,
  dependencies: digest(sorted(manifests).map(([dir, { table: manifest }]) => [dir, installFieldsOf(manifest)])),
  inputs: Object.fromEntries(sorted(inputs).map(([name, text]) => [name, digest(text)])),
});

/**
 * The fields of package.json that affect the installation. A new version or start script does not
 * require a new installation.
 */
const installFields: readonly string[] = [
  "name",
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "peerDependenciesMeta",
  "dependenciesMeta",
  "bundleDependencies",
  "bundledDependencies",
  "trustedDependencies",
  "patchedDependencies",
  "overrides",
  "resolutions",
  "workspaces",
  "catalog",
  "catalogs",
  "pnpm",
  "installConfig",
  "bin",
  "allowScripts",
];

const installFieldsOf = (manifest: s.Table) => installFields.map((field) => manifest[field] ?? null);

const sorted = <Value>(values: Readonly<Record<string, Value>>) =>
  Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** 64 bits of SHA-256: enough against chance, and short enough to be shown in a log. */
const digest = (value: unknown): string => hash("sha256", JSON.stringify(value)).slice(0, 16);

/**
 * Returns the reason for an installation, for the log. If a digest has changed, the log names the
 * input instead of the digests.
 */
export const whyInstalled = (reason: CreateReason): string =>
  reason.kind === "metadata-changed" ? reason.changes.map(changeInWords).join(", ") : explainReason(reason);

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.from === undefined) return `${name} added`;
  if (change.to === undefined) return `${name} removed`;
  const isDigest = change.field === "dependencies" || name !== change.field;
  return isDigest ? `${name} changed` : explainReason({ kind: "metadata-changed", changes: [change] });
}

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
 * True if an app or one of its workspaces has install scripts. Such scripts can read and write any
 * file of the app, so their result is unpredictable.
 */
export const hasInstallHooks = (manifests: Readonly<Record<string, PackageJson>>): boolean =>
  Object.values(manifests).some(({ scripts }) => hooks.some((name) => (scripts[name] ?? "").trim() !== ""));
