import type { EmitPlan } from "../plan.ts";
import { type Manifest, renderYaml } from "../yaml.ts";
import { restricted, writtenBy } from "./common.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "tekton")}
A Task that builds an app with the lifecycle in the builder. It needs neither root nor a daemon and
complies with the Pod Security Standard "restricted". Tekton Chains signs the image in its results.`;

/**
 * The source may belong to another user, and Tekton mounts a writable volume at /workspace, so the
 * build works on a copy there. Values reach the script as variables and arguments, never as text.
 */
const script = `#!/bin/sh
set -eu
cp -R "$SOURCE/$SOURCE_SUBPATH/." /workspace/
mkdir -p /platform/env
for variable in "$@"; do
  name="\${variable%%=*}"
  case "$name" in
    "" | *[!A-Za-z0-9_]*) echo "$name is not the name of a variable" >&2; exit 3 ;;
  esac
  printf %s "\${variable#*=}" >"/platform/env/$name"
done
if [ "$LOGIN_BOUND" = true ]; then export DOCKER_CONFIG="$LOGIN"; fi
set -- -app=/workspace -layers=/layers -platform=/platform -report=/layers/report.toml
if [ -n "$RUN_IMAGE" ]; then set -- "$@" -run-image="$RUN_IMAGE"; fi
if [ -n "$CACHE_IMAGE" ]; then set -- "$@" -cache-image="$CACHE_IMAGE"; fi
/cnb/lifecycle/creator "$@" "$IMAGE"
digest="$(sed -n 's/^ *digest = "\\(sha256:[0-9a-f]*\\)"$/\\1/p' /layers/report.toml)"
printf %s "$IMAGE" >"$IMAGE_URL_RESULT"
printf %s "$digest" >"$IMAGE_DIGEST_RESULT"
`;

/** A Tekton Task that runs the lifecycle's creator in the builder. */
export const tektonManifest = (plan: EmitPlan): string => renderYaml(heading(plan), [task(plan)]);

function task(plan: EmitPlan): Manifest {
  const { name, image, cacheImage, runImage = "", builder, path, env } = plan;
  return {
    value: {
      apiVersion: "tekton.dev/v1",
      kind: "Task",
      metadata: { name: `build-${name}`, labels: { "app.kubernetes.io/managed-by": "cnb" } },
      spec: {
        description: `Builds ${image} from source with Cloud Native Buildpacks.`,
        params: [
          { name: "image", type: "string", description: "the image to write", default: image },
          { name: "subpath", type: "string", description: "the app's directory in the source", default: path },
          {
            name: "env",
            type: "array",
            description: "variables for the buildpacks, each NAME=VALUE",
            default: env.map((each) => `${each.name}=${each.value}`),
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
          { name: "dockerconfig", description: "a config.json with logins", optional: true, readOnly: true },
          {
            name: "bindings",
            description: "service bindings, each a directory",
            optional: true,
            readOnly: true,
            mountPath: "/platform/bindings",
          },
        ],
        results: [
          { name: "IMAGE_URL", type: "string", description: "the name of the image" },
          { name: "IMAGE_DIGEST", type: "string", description: "the digest of the image" },
        ],
        steps: [
          {
            name: "build",
            image: builder.pinned,
            workingDir: "/",
            args: ["$(params.env[*])"],
            env: [
              { name: "CNB_PLATFORM_API", value: builder.platformApi },
              { name: "SOURCE", value: "$(workspaces.source.path)" },
              { name: "SOURCE_SUBPATH", value: "$(params.subpath)" },
              { name: "LOGIN", value: "$(workspaces.dockerconfig.path)" },
              { name: "LOGIN_BOUND", value: "$(workspaces.dockerconfig.bound)" },
              { name: "IMAGE", value: "$(params.image)" },
              { name: "RUN_IMAGE", value: "$(params.run-image)" },
              { name: "CACHE_IMAGE", value: "$(params.cache-image)" },
              { name: "IMAGE_URL_RESULT", value: "$(results.IMAGE_URL.path)" },
              { name: "IMAGE_DIGEST_RESULT", value: "$(results.IMAGE_DIGEST.path)" },
            ],
            script,
            securityContext: restricted(plan),
            computeResources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "4Gi" } },
            volumeMounts: [
              { name: "layers", mountPath: "/layers" },
              { name: "platform", mountPath: "/platform" },
            ],
          },
        ],
        volumes: [
          { name: "layers", emptyDir: {} },
          { name: "platform", emptyDir: {} },
        ],
      },
    },
    comments: [
      [["spec", "workspaces", 1], "A Secret with the key config.json, not .dockerconfigjson."],
      [["spec", "steps", 0, "image"], "Pinned by digest. Run cnb emit again to use a newer builder."],
      [["spec", "steps", 0, "securityContext"], "The numbers are those of the builder's user."],
    ],
  };
}
