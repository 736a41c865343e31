import { repositoryUrl } from "./manifests.ts";
import { type PublishedImage, platforms } from "./plan.ts";

/** The run that built an image. */
export interface BuildRun {
  readonly version: string;
  readonly commit: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The predicate of SLSA provenance v1 for an image: https://slsa.dev/spec/v1.0/provenance
 *
 * It has no times, so that the same image built again by the same run has the same statement.
 */
export const provenanceOf = ({ kind, name, dir, reference }: PublishedImage, { version, commit, env }: BuildRun) => ({
  buildDefinition: {
    buildType: `${repositoryUrl}/blob/v${version}/docs/releasing.md#provenance`,
    externalParameters: { kind, name, ...(dir === undefined ? {} : { dir }), version, reference, platforms },
    internalParameters: {},
    resolvedDependencies: [{ uri: `git+${repositoryUrl}@refs/tags/v${version}`, digest: { gitCommit: commit } }],
  },
  runDetails: { builder: { id: builderId(version, env) }, metadata: invocation(env) },
});

/** The workflow of GitHub, or a maintainer's machine. */
function builderId(version: string, { GITHUB_SERVER_URL: server, GITHUB_WORKFLOW_REF: workflow }: BuildRun["env"]) {
  return server && workflow ? `${server}/${workflow}` : `${repositoryUrl}/blob/v${version}/docs/releasing.md#by-hand`;
}

function invocation({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id }: BuildRun["env"]) {
  return server && repository && id ? { invocationId: `${server}/${repository}/actions/runs/${id}` } : {};
}
