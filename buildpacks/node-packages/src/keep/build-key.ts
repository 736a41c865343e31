import { hash } from "node:crypto";
import { type CreateReason, explain, string, table } from "libcnb";
import type { Fingerprints } from "./listing.ts";

/**
 * The metadata of the layer that caches the result of a build. Equal values mean an equal result.
 * The log shows the names to users.
 */
export const buildKey = table({
  files: string,
  scripts: string,
  variables: string,
  bindings: string,
  node: string,
  manager: string,
  target: string,
  environment: string,
  buildImage: string,
  buildpack: string,
});

export type BuildKey = Readonly<Record<keyof BuildInputs, string>>;

/** All inputs of a package manager and an app's scripts that can be compared between builds. */
export interface BuildInputs {
  readonly files: Fingerprints;
  readonly scripts: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly bindings: Fingerprints;
  readonly node: string;
  /** Name and version of the package manager: `npm 11.6.0`. */
  readonly manager: string;
  readonly target: Readonly<Record<string, unknown>>;
  /** `production`, `test`, `development`, … */
  readonly environment: string;
  /** Texts that name the packages of the build image. */
  readonly buildImage: readonly string[];
  /** Version of this buildpack. */
  readonly buildpack: string;
}

/** The key of a build. Secret and overlong values are replaced by digests. */
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

/** The reason why the app is rebuilt, in words. `files` describes the changed files. */
export function whyBuilt(reason: CreateReason, files: string): string {
  if (reason.kind !== "metadata-changed") return explain(reason);
  return reason.changes
    .map((change) => {
      if (change.field === "files" && files !== "") return files;
      const reported = hashedVariables[change.field];
      return reported === undefined ? explain({ ...reason, changes: [change] }) : `${reported} changed`;
    })
    .join(", ");
}

const hashedVariables: Readonly<Record<string, string>> = {
  files: "files of the app",
  variables: "variables of the build",
  bindings: "bindings",
  buildImage: "the build image",
};

/** Set by the platform anew for each build, or about this buildpack alone. Folders of the lifecycle are the same inside an image. */
const isInput = ([name, value]: readonly [string, string | undefined]): boolean =>
  value !== undefined && !/^(CNB_.*|HOME|HOSTNAME|BP_NODE_ALWAYS_BUILD)$/.test(name);

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const digest = (value: unknown): string => hash("sha256", JSON.stringify(value)).slice(0, 32);
