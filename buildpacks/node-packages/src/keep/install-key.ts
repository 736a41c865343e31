import { hash } from "node:crypto";
import { anyTable, type CreateReason, explain, type FieldChange, string, type Table, table } from "libcnb";
import type { Project } from "../package-manager.ts";

/**
 * The metadata of the layer that caches an installation. Equal values mean an equal installation.
 * The log shows the names to users.
 */
export const installKey = table({
  manager: string,
  dependencies: string,
  inputs: anyTable,
  node: string,
  target: string,
});

/** The host's properties that affect an installation. */
export interface InstallHost {
  /** Name and major version of the package manager: `npm 11`. */
  readonly manager: string;
  /** Version of Node.js: native modules fit only that. */
  readonly node: string;
  /** Operating system, architecture and distribution. */
  readonly target: string;
}

export interface InstallKey extends InstallHost {
  readonly dependencies: string;
  readonly inputs: Table;
}

/** Digests of all inputs of an installation. */
export const installKeyOf = ({ manifests, inputs }: Project, host: InstallHost): InstallKey => ({
  ...host,
  dependencies: digest(sorted(manifests).map(([dir, { table: manifest }]) => [dir, installFieldsOf(manifest)])),
  inputs: Object.fromEntries(sorted(inputs).map(([name, text]) => [name, digest(text)])),
});

/** Fields of a package.json that are read to install; a new version or start script is no reason to install again. */
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

const installFieldsOf = (manifest: Table) => installFields.map((field) => manifest[field] ?? null);

const sorted = <Value>(values: Readonly<Record<string, Value>>) =>
  Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** 64 bits of SHA-256: enough against chance, and short enough to be shown in a log. */
const digest = (value: unknown): string => hash("sha256", JSON.stringify(value)).slice(0, 16);

/** The reason for an installation, in words. For a changed digest, the values are omitted. */
export const whyInstalled = (reason: CreateReason): string =>
  reason.kind === "metadata-changed" ? reason.changes.map(changeInWords).join(", ") : explain(reason);

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.from === undefined) return `${name} is new`;
  if (change.to === undefined) return `${name} is gone`;
  const isDigest = change.field === "dependencies" || name !== change.field;
  return isDigest ? `${name} changed` : explain({ kind: "metadata-changed", changes: [change] });
}
