import { basename } from "node:path";
import { defined } from "../../defined.ts";
import { type Digest, hexOf } from "../../oci/model/digest.ts";
import type { ImageReference, RegistryReference } from "../../oci/model/reference.ts";
import type { UsedModule } from "../../oci/registry-options.ts";
import type { SourceCommit } from "./source-commit.ts";

/** The commands whose outputs get provenance. */
export type ProvenanceCommand =
  | "build"
  | "buildpack package"
  | "extension package"
  | "builder create"
  | "base create"
  | "rebase";

/** A resolved input of a build (https://slsa.dev/spec/v1.0/provenance, ResourceDescriptor). */
export interface ResolvedInput {
  readonly uri?: string;
  readonly name?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** The facts that provenance records. */
export interface ProvenanceFacts {
  readonly command: ProvenanceCommand;
  /** The argument and the options of the command. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Images, buildpacks in other locations, and configuration files. */
  readonly inputs: readonly ResolvedInput[];
  readonly source: SourceCommit | undefined;
  /** The version of `cnb`. */
  readonly version: string;
  /** The variables of the CI system. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const guide = "https://github.com/libcnb/libcnb.ts/blob/main/docs/guide/signatures.md";

/**
 * The build type in the provenance, which identifies the form of `externalParameters`. A change of
 * that form requires another version of this build type.
 */
export const buildType = `${guide}#build-type-v1`;

const localBuilder = `${guide}#builder-id`;

/**
 * Returns the predicate of SLSA provenance v1. It contains no times and no identifiers of a run:
 * the same inputs give the same predicate.
 */
export const provenanceOf = ({ command, parameters, inputs, source, version, env }: ProvenanceFacts): object => ({
  buildDefinition: {
    buildType,
    externalParameters: { command, ...parameters },
    internalParameters: {},
    resolvedDependencies: [...(source ? [sourceInput(source)] : []), ...distinct(inputs)],
  },
  runDetails: { builder: { id: builderId(env), version: { cnb: version } }, metadata: {} },
});

const sourceInput = ({ uri, ref, commit }: SourceCommit): ResolvedInput => ({
  ...defined({
    name: uri === undefined ? "source" : undefined,
    uri: uri === undefined || ref === undefined ? uri : `${uri}@${ref}`,
  }),
  digest: { gitCommit: commit },
});

/** Each input once, in an order that does not depend on which one was read first. */
function distinct(inputs: readonly ResolvedInput[]): readonly ResolvedInput[] {
  const byText = new Map(inputs.map((each) => [JSON.stringify(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/**
 * Describes an image that an operation read. An image in a registry is described by a Package URL.
 * An image at another location is described by its kind and its file name.
 */
export function imageInput(reference: ImageReference, digest: Digest): ResolvedInput {
  const digests = { sha256: digest.slice("sha256:".length) };
  if (reference.kind !== "registry") return { name: localName(reference), digest: digests };
  const { registry, repository, tag } = reference;
  const name = repository.slice(repository.lastIndexOf("/") + 1);
  const qualifiers = [`repository_url=${encodeURIComponent(`${registry}/${repository}`)}`];
  if (tag !== undefined) qualifiers.push(`tag=${encodeURIComponent(tag)}`);
  return { uri: `pkg:oci/${name}@${encodeURIComponent(digest)}?${qualifiers.join("&")}`, digest: digests };
}

/**
 * Describes a buildpack or extension that was not read from an image. The address has no credentials
 * and no query, which can contain tokens.
 */
export function moduleInput(module: UsedModule): ResolvedInput {
  const digest = { sha256: hexOf(module.digest) };
  switch (module.kind) {
    case "url": {
      const { protocol, host, pathname } = new URL(module.url);
      return { uri: `${protocol}//${host}${pathname}`, digest };
    }
    case "archive":
      return { name: `archive:${basename(module.file)}`, digest };
    case "directory":
      return { name: module.name, digest };
  }
}

/** Without the directories, which differ between machines. */
const localName = (reference: Exclude<ImageReference, RegistryReference>): string => {
  if (reference.kind === "docker-daemon") return `docker-daemon:${reference.name}`;
  return `${reference.kind}:${basename(reference.kind === "oci" ? reference.dir : reference.file)}`;
};

/** The workflow of GitHub or the configuration of GitLab that runs the command. Other machines have the same id. */
function builderId(env: ProvenanceFacts["env"]): string {
  const { GITHUB_SERVER_URL: server, GITHUB_WORKFLOW_REF: workflow, CI_CONFIG_REF_URI: gitlab } = env;
  if (server && workflow) return `${server}/${workflow}`;
  return gitlab ? `https://${gitlab}` : localBuilder;
}
