import { createHash } from "node:crypto";
import type { EmitPlan, TektonPlan } from "../plan.ts";
import type { Manifest } from "../yaml.ts";
import { doubledDollars, jobImageComment, restricted } from "./common.ts";

const labels = { "app.kubernetes.io/managed-by": "cnb" };
const fetchTaskOf = ({ name }: EmitPlan): string => `fetch-${name}`;

/** The name of the Task that builds, and of the Pipeline. */
export const buildTaskOf = ({ name }: EmitPlan): string => `build-${name}`;

/**
 * Fetches one commit of a branch, a tag or a hash. The directory `app` belongs to the user of the step,
 * in contrast to the volume. The variable of git replaces the CA certificates of the system, so the
 * file contains these, too.
 */
const script = `#!/bin/sh
set -eu
if [ -e /ca/ca.crt ]; then
  cat /etc/ssl/certs/ca-certificates.crt /ca/ca.crt >/tmp/ca.crt || true
  export GIT_SSL_CAINFO=/tmp/ca.crt
fi
rm -rf "$SOURCE/app"
git init --quiet "$SOURCE/app"
cd "$SOURCE/app"
git fetch --quiet --depth 1 -- "$GIT_URL" "$REVISION"
git checkout --quiet --detach FETCH_HEAD
printf %s "$GIT_URL" >"$URL_RESULT"
printf %s "$(git rev-parse HEAD)" >"$COMMIT_RESULT"
`;

/** The parameters of the Task that fetches the source, which the Pipeline passes on. */
const sourceParameters = ({ git, revision }: TektonPlan) => [
  { name: "git-url", type: "string", description: "the repository of the app", default: doubledDollars(git) },
  {
    name: "revision",
    type: "string",
    description: "the branch, tag or commit to build",
    default: doubledDollars(revision),
  },
];

/** Renders the Task that fetches the source. */
export const fetchTask = (plan: EmitPlan, tekton: TektonPlan): Manifest => ({
  value: {
    apiVersion: "tekton.dev/v1",
    kind: "Task",
    metadata: { name: fetchTaskOf(plan), labels },
    spec: {
      description: `Fetches the source of ${plan.image}.`,
      params: sourceParameters(tekton),
      workspaces: [
        { name: "source", description: "the volume for the source, in the directory app", mountPath: "/source" },
        {
          name: "git",
          description: "a .git-credentials file with the login of the repository",
          optional: true,
          readOnly: true,
          mountPath: "/git",
        },
        {
          name: "ca",
          description: "a ca.crt with the CA certificate of the repository",
          optional: true,
          readOnly: true,
          mountPath: "/ca",
        },
      ],
      results: [
        { name: "CHAINS-GIT_URL", type: "string", description: "the repository" },
        { name: "CHAINS-GIT_COMMIT", type: "string", description: "the hash of the commit" },
      ],
      steps: [
        {
          name: "fetch",
          image: plan.jobImage,
          workingDir: "/",
          env: [
            { name: "HOME", value: "/tmp" },
            { name: "SOURCE", value: "$(workspaces.source.path)" },
            { name: "GIT_URL", value: "$(params.git-url)" },
            { name: "REVISION", value: "$(params.revision)" },
            { name: "GIT_TERMINAL_PROMPT", value: "0" },
            { name: "GIT_CONFIG_COUNT", value: "1" },
            { name: "GIT_CONFIG_KEY_0", value: "credential.helper" },
            { name: "GIT_CONFIG_VALUE_0", value: "store --file=/git/.git-credentials" },
            { name: "URL_RESULT", value: "$(results.CHAINS-GIT_URL.path)" },
            { name: "COMMIT_RESULT", value: "$(results.CHAINS-GIT_COMMIT.path)" },
          ],
          script,
          securityContext: restricted(plan.builder),
          computeResources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: {} }],
    },
  },
  comments: [
    [["spec", "results"], "Tekton Chains reads these names for the provenance of the image."],
    [["spec", "steps", 0, "image"], jobImageComment(plan, "An image with git. Set another one with --job-image.")],
    [["spec", "steps", 0, "securityContext"], "The user that builds, so the build may read the source."],
  ],
});

/** The workspaces of the Pipeline in addition to the source, and the Tasks that read them. */
const optional = {
  dockerconfig: ["build"],
  bindings: ["build"],
  ca: ["fetch", "build"],
  git: ["fetch"],
} as const;

const optionalOf = (task: "fetch" | "build") =>
  Object.entries(optional)
    .filter(([, tasks]) => tasks.some((each) => each === task))
    .map(([name]) => ({ name, workspace: name }));

/** Renders the Pipeline, and a first run of it. */
export function pipelineAndRun(plan: EmitPlan, tekton: TektonPlan, tasks: readonly Manifest[]): readonly Manifest[] {
  const pipeline = pipelineOf(plan, tekton);
  return [pipeline, runOf(plan, [...tasks, pipeline])];
}

const pipelineOf = (plan: EmitPlan, tekton: TektonPlan): Manifest => ({
  value: {
    apiVersion: "tekton.dev/v1",
    kind: "Pipeline",
    metadata: { name: buildTaskOf(plan), labels },
    spec: {
      description: `Fetches the source of ${plan.image} and builds it.`,
      params: [
        { name: "image", type: "string", description: "the image to write", default: plan.image },
        ...sourceParameters(tekton),
      ],
      workspaces: [
        { name: "source", description: "a volume for the source" },
        ...Object.keys(optional).map((name) => ({ name, optional: true })),
      ],
      tasks: [
        {
          name: "fetch",
          taskRef: { name: fetchTaskOf(plan) },
          params: parameters("git-url", "revision"),
          workspaces: [{ name: "source", workspace: "source" }, ...optionalOf("fetch")],
        },
        {
          name: "build",
          taskRef: { name: buildTaskOf(plan) },
          runAfter: ["fetch"],
          params: parameters("image"),
          workspaces: [{ name: "source", workspace: "source", subPath: "app" }, ...optionalOf("build")],
        },
      ],
      results: [
        ...resultsOf("build", [
          "IMAGE_URL",
          "IMAGE_DIGEST",
          ...(plan.builder.cnb === undefined ? [] : ["IMAGE_REFERENCE"]),
        ]),
        ...resultsOf("fetch", ["CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"]),
      ],
    },
  },
});

const parameters = (...names: readonly string[]) => names.map((name) => ({ name, value: `$(params.${name})` }));

const resultsOf = (task: string, names: readonly string[]) =>
  names.map((name) => ({ name, value: `$(tasks.${task}.results.${name})` }));

/** The name of a run depends on all objects, because Tekton refuses to change a run. */
function runOf(plan: EmitPlan, others: readonly Manifest[]): Manifest {
  const { name, builder } = plan;
  const spec = {
    pipelineRef: { name: buildTaskOf(plan) },
    timeouts: { pipeline: "1h" },
    // The volume belongs to the group of the user that builds.
    taskRunTemplate: { podTemplate: { securityContext: { fsGroup: builder.gid } } },
    workspaces: [
      {
        name: "source",
        volumeClaimTemplate: {
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      },
      {
        name: "dockerconfig",
        secret: {
          secretName: `${name}-registry`,
          optional: true,
          items: [{ key: ".dockerconfigjson", path: "config.json" }],
        },
      },
      { name: "git", secret: { secretName: `${name}-git`, optional: true } },
      { name: "ca", configMap: { name: `${name}-ca`, optional: true } },
    ],
  };
  const contents = JSON.stringify([...others.map(({ value }) => value), spec]);
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8);
  return {
    value: {
      apiVersion: "tekton.dev/v1",
      kind: "PipelineRun",
      metadata: { name: `${buildTaskOf(plan)}-${hash}`, labels },
      spec,
    },
    comments: [[["spec", "workspaces", 0], "Tekton creates a volume for each run, and deletes it with the run."]],
  };
}
