import type { EmitPlan } from "../plan.ts";
import { type Manifest, renderYaml } from "../yaml.ts";
import { builderAsImage, digestIn, doubledDollars, restricted, writeArguments, writtenBy } from "./common.ts";
import { buildTaskOf, fetchTask, pipelineAndRun } from "./tekton-pipeline.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "tekton")}
A Task that builds an app with ${plan.builder.cnb === undefined ? "the lifecycle" : "cnb"} in the builder. It needs neither root nor a daemon and
complies with the Pod Security Standard "restricted". Tekton Chains signs the image in its results.`;

const pipelineHeading = (plan: EmitPlan) => `${heading(plan)}
The Pipeline fetches the source from Git before this Task. The PipelineRun builds the image once. It
reads these objects in its namespace, if they exist:
- Secret ${plan.name}-registry, the login of the registry:
  kubectl create secret docker-registry ${plan.name}-registry --docker-server=… --docker-username=…
- Secret ${plan.name}-git with the key .git-credentials, the login of the repository
- ConfigMap ${plan.name}-ca with the key ca.crt, the CA certificate of the registries and the repository
To build again: tkn pipeline start ${buildTaskOf(plan)} --last`;

/**
 * The source may belong to another user, and Tekton mounts a writable volume at /workspace, so the
 * build works on a copy there. Values reach the script as variables and arguments, never as text.
 */
const script = `#!/bin/sh
set -eu
cp -R "$SOURCE/$SOURCE_SUBPATH/." /workspace/
${writeArguments}if [ "$LOGIN_BOUND" = true ]; then export DOCKER_CONFIG="$LOGIN"; fi
if [ -e /ca/ca.crt ]; then export SSL_CERT_DIR=/ca:/etc/ssl/certs; fi
set -- -app=/workspace -layers=/layers -platform=/platform -report=/layers/report.toml
if [ -n "$RUN_IMAGE" ]; then set -- "$@" -run-image="$RUN_IMAGE"; fi
if [ -n "$CACHE_IMAGE" ]; then set -- "$@" -cache-image="$CACHE_IMAGE"; fi
/cnb/lifecycle/creator "$@" "$IMAGE"
digest="$(${digestIn("/layers/report.toml")})"
printf %s "$IMAGE" >"$IMAGE_URL_RESULT"
printf %s "$digest" >"$IMAGE_DIGEST_RESULT"
`;

/** The same for a builder with `cnb`, which reads project.toml and copies the source itself. */
const cnbScript = `#!/bin/sh
set -eu
if [ "$LOGIN_BOUND" = true ]; then export DOCKER_CONFIG="$LOGIN"; fi
for variable in "$@"; do
  shift
  set -- "$@" --env "$variable"
done
if [ "$BINDINGS_BOUND" = true ]; then
  for binding in "$BINDINGS"/*/; do
    if [ -d "$binding" ]; then set -- "$@" --binding "\${binding%/}"; fi
  done
fi
if [ -e /ca/ca.crt ]; then set -- "$@" --ca-cert /ca/ca.crt --registry-ca-cert /ca/ca.crt; fi
if [ -n "$RUN_IMAGE" ]; then set -- "$@" --run-image "$RUN_IMAGE"; fi
if [ -n "$CACHE_IMAGE" ]; then set -- "$@" --cache-image "$CACHE_IMAGE"; fi
exec cnb build "$IMAGE" --path "$SOURCE/$SOURCE_SUBPATH" --backend direct \\
  --output-format tekton --output-file "\${IMAGE_URL_RESULT%/*}" "$@"
`;

/** Renders a Task that builds in the builder. With a repository, also renders a Pipeline with this Task. */
export function tektonManifest(plan: EmitPlan): string {
  const { tekton } = plan;
  if (tekton === undefined) return renderYaml(heading(plan), [task(plan)]);
  const tasks = [fetchTask(plan, tekton), task(plan)];
  return renderYaml(pipelineHeading(plan), [...tasks, ...pipelineAndRun(plan, tekton, tasks)]);
}

function task(plan: EmitPlan): Manifest {
  const { image, cacheImage, runImage = "", builder, path } = plan;
  const volumes = ["layers", builder.cnb === undefined ? "platform" : "tmp"];
  const isInBuilder = builder.cnb !== undefined;
  const env = isInBuilder ? [] : plan.env; // cnb reads project.toml itself
  return {
    value: {
      apiVersion: "tekton.dev/v1",
      kind: "Task",
      metadata: { name: buildTaskOf(plan), labels: { "app.kubernetes.io/managed-by": "cnb" } },
      spec: {
        description: `Builds ${image} from source with Cloud Native Buildpacks.`,
        params: [
          { name: "image", type: "string", description: "the image to write", default: image },
          { name: "subpath", type: "string", description: "the app's directory in the source", default: path },
          {
            name: "env",
            type: "array",
            description: "environment variables for the buildpacks, each NAME=VALUE with $$ for each $",
            default: env.map((each) => doubledDollars(`${each.name}=${each.value}`)),
          },
          {
            name: "run-image",
            type: "string",
            description: "the run image; empty for the builder's",
            default: runImage,
          },
          {
            name: "cache-image",
            type: "string",
            description: "the image that stores cache layers; empty for no cache",
            default: cacheImage,
          },
        ],
        workspaces: [
          { name: "source", description: "the source of the app", mountPath: "/source", readOnly: true },
          {
            name: "dockerconfig",
            description: "a config.json with logins",
            optional: true,
            readOnly: true,
            // Below /workspace, where Tekton mounts it by default, it would be a part of the app.
            mountPath: "/login",
          },
          {
            name: "bindings",
            description: "service bindings, each a directory",
            optional: true,
            readOnly: true,
            mountPath: plan.builder.cnb === undefined ? "/platform/bindings" : "/bindings",
          },
          {
            name: "ca",
            description: "a ca.crt with the CA certificate of the registries",
            optional: true,
            readOnly: true,
            mountPath: "/ca",
          },
        ],
        results: [
          { name: "IMAGE_URL", type: "string", description: "the name of the image" },
          { name: "IMAGE_DIGEST", type: "string", description: "the digest of the image" },
          ...(isInBuilder
            ? [{ name: "IMAGE_REFERENCE", type: "string", description: "the repository and digest of the image" }]
            : []),
        ],
        steps: [
          {
            name: "build",
            image: builder.pinned,
            workingDir: "/",
            args: ["$(params.env[*])"],
            env: [
              ...(isInBuilder
                ? [
                    { name: "LIBCNB_CACHE_DIR", value: "/tmp/cnb" },
                    { name: "BINDINGS", value: "$(workspaces.bindings.path)" },
                    { name: "BINDINGS_BOUND", value: "$(workspaces.bindings.bound)" },
                  ]
                : [{ name: "CNB_PLATFORM_API", value: builder.platformApi }]),
              { name: "SOURCE", value: "$(workspaces.source.path)" },
              { name: "SOURCE_SUBPATH", value: "$(params.subpath)" },
              { name: "LOGIN", value: "$(workspaces.dockerconfig.path)" },
              { name: "LOGIN_BOUND", value: "$(workspaces.dockerconfig.bound)" },
              { name: "IMAGE", value: "$(params.image)" },
              { name: "RUN_IMAGE", value: "$(params.run-image)" },
              { name: "CACHE_IMAGE", value: "$(params.cache-image)" },
              { name: "IMAGE_URL_RESULT", value: "$(results.IMAGE_URL.path)" },
              ...(isInBuilder ? [] : [{ name: "IMAGE_DIGEST_RESULT", value: "$(results.IMAGE_DIGEST.path)" }]),
            ],
            script: isInBuilder ? cnbScript : script,
            securityContext: restricted(plan.builder),
            computeResources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "4Gi" } },
            volumeMounts: volumes.map((volume) => ({ name: volume, mountPath: `/${volume}` })),
          },
        ],
        volumes: volumes.map((volume) => ({ name: volume, emptyDir: {} })),
      },
    },
    comments: [
      [["spec", "workspaces", 1], "A Secret with the key config.json, not .dockerconfigjson."],
      [
        ["spec", "steps", 0, "image"],
        isInBuilder ? builderAsImage : "Pinned by digest. Run cnb emit again to use a newer builder.",
      ],
      [["spec", "steps", 0, "securityContext"], "The numbers are those of the builder's user."],
    ],
  };
}
