import { defined, unlessEmpty } from "../../defined.ts";
import type { EmitPlan, ShipwrightPlan } from "../plan.ts";
import { type Manifest, renderYaml } from "../yaml.ts";
import { digestIn, doubledDollars, restricted, writeArguments, writtenBy } from "./common.ts";

const heading = (plan: EmitPlan, { namespace }: ShipwrightPlan) => `${writtenBy(plan, "shipwright")}
A ClusterBuildStrategy that runs the lifecycle in the builder, and a Build of the app. The build step
complies with the Pod Security Standard "restricted". Before you apply it, create the Secret of the Build:
kubectl create secret docker-registry ${loginOf(plan)} -n ${namespace} --docker-server=… --docker-username=…
To build the image: shp build run ${plan.name} -n ${namespace} --follow`;

const loginOf = ({ name }: EmitPlan): string => `${name}-registry`;
const strategyOf = ({ name }: EmitPlan): string => `buildpacks-${name}`;

/**
 * Shipwright fetches the source as the same user, so the lifecycle builds in the directory of the
 * source. Values reach the script as environment variables and arguments, never as text.
 */
const script = `set -eu
${writeArguments}set -- -app="$SOURCE" -layers=/layers -platform=/platform -report=/layers/report.toml
if [ -n "$RUN_IMAGE" ]; then set -- "$@" -run-image="$RUN_IMAGE"; fi
if [ -n "$CACHE_IMAGE" ]; then set -- "$@" -cache-image="$CACHE_IMAGE"; fi
if [ "$INSECURE" = true ]; then set -- "$@" -insecure-registry="\${IMAGE%%/*}"; fi
/cnb/lifecycle/creator "$@" "$IMAGE"
digest="$(${digestIn("/layers/report.toml")})"
printf %s "$digest" >"$DIGEST_RESULT"
`;

/** Renders a ClusterBuildStrategy of Shipwright, and a Build that uses it. */
export const shipwrightManifest = (plan: EmitPlan, shipwright: ShipwrightPlan): string =>
  renderYaml(heading(plan, shipwright), [strategy(plan), build(plan, shipwright)]);

const strategy = (plan: EmitPlan): Manifest => ({
  value: {
    apiVersion: "shipwright.io/v1beta1",
    kind: "ClusterBuildStrategy",
    metadata: { name: strategyOf(plan), labels: { "app.kubernetes.io/managed-by": "cnb" } },
    spec: {
      parameters: [
        {
          name: "run-image",
          type: "string",
          description: "the run image; empty for the builder's",
          default: plan.runImage ?? "",
        },
        {
          name: "cache-image",
          type: "string",
          description: "the image that stores cache layers; empty for no cache",
          default: "",
        },
        {
          name: "env",
          type: "array",
          description: "environment variables for the buildpacks, each NAME=VALUE with $$ for each $",
          defaults: [],
        },
        {
          name: "platform-api-version",
          type: "string",
          description: "the Platform API of the lifecycle",
          default: plan.builder.platformApi,
        },
      ],
      securityContext: { runAsUser: plan.builder.uid, runAsGroup: plan.builder.gid },
      steps: [
        {
          name: "build-and-push",
          image: plan.builder.pinned,
          command: ["/bin/sh", "-c", script],
          args: ["build-and-push", "$(params.env[*])"],
          env: [
            { name: "CNB_PLATFORM_API", value: "$(params.platform-api-version)" },
            { name: "SOURCE", value: "$(params.shp-source-context)" },
            { name: "IMAGE", value: "$(params.shp-output-image)" },
            { name: "INSECURE", value: "$(params.shp-output-insecure)" },
            { name: "RUN_IMAGE", value: "$(params.run-image)" },
            { name: "CACHE_IMAGE", value: "$(params.cache-image)" },
            { name: "DIGEST_RESULT", value: "$(results.shp-image-digest.path)" },
          ],
          securityContext: restricted(plan.builder),
          resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "4Gi" } },
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
    [
      ["spec", "securityContext"],
      "The numbers are those of the builder's user. The steps that fetch the source use them, too.",
    ],
    [["spec", "steps", 0, "image"], "Pinned by digest. Run cnb emit again to use a newer builder."],
  ],
});

const build = (plan: EmitPlan, { git, revision, namespace }: ShipwrightPlan): Manifest => ({
  value: {
    apiVersion: "shipwright.io/v1beta1",
    kind: "Build",
    metadata: { name: plan.name, namespace, labels: { "app.kubernetes.io/managed-by": "cnb" } },
    spec: {
      source: {
        type: "Git",
        git: { url: git, revision },
        ...defined({ contextDir: plan.path === "." ? undefined : plan.path }),
      },
      strategy: { name: strategyOf(plan), kind: "ClusterBuildStrategy" },
      paramValues: [
        { name: "cache-image", value: plan.cacheImage },
        ...(unlessEmpty(plan.env) === undefined
          ? []
          : [
              {
                name: "env",
                values: plan.env.map((each) => ({ value: doubledDollars(`${each.name}=${each.value}`) })),
              },
            ]),
      ],
      output: { image: plan.image, pushSecret: loginOf(plan) },
      timeout: "1h",
    },
  },
  comments: [
    [["spec", "source", "git"], "For a private repository, add cloneSecret with the name of a Secret."],
    [["spec", "paramValues"], "The lifecycle does not read project.toml, so its environment variables are here."],
  ],
});
