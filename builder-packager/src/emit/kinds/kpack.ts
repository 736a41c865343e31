import type { OrderGroup } from "../../builder/toml/builder-toml.ts";
import { defined } from "../../defined.ts";
import type { EmitPlan, KpackPlan } from "../plan.ts";
import { type Manifest, renderYaml } from "../yaml.ts";
import { writtenBy } from "./common.ts";

const heading = (plan: EmitPlan, { namespace }: KpackPlan) => `${writtenBy(plan, "kpack")}
Before you apply it, create the Secret that the ServiceAccount names:
kubectl create secret docker-registry ${loginOf(plan.name)} -n ${namespace} --docker-server=… --docker-username=…
kpack builds again when the source, a buildpack or the build image changes, and rebases when only
the run image changes. To roll out a new builder or base, run cnb emit again and apply the result.`;

const loginOf = (name: string): string => `${name}-registry`;

/**
 * Renders the resources of kpack: ClusterStore, ClusterStack, ClusterLifecycle, ClusterBuilder and
 * Image.
 */
export function kpackManifest(plan: EmitPlan, kpack: KpackPlan): string {
  return renderYaml(heading(plan, kpack), [
    account(plan, kpack),
    cluster("ClusterLifecycle", plan, { image: kpack.lifecycleImage, serviceAccountRef: accountOf(plan, kpack) }),
    cluster("ClusterStore", plan, {
      sources: [{ image: plan.builder.pinned }],
      serviceAccountRef: accountOf(plan, kpack),
    }),
    cluster("ClusterStack", plan, {
      id: kpack.stackId,
      buildImage: { image: kpack.buildImage },
      runImage: { image: kpack.runImage },
      serviceAccountRef: accountOf(plan, kpack),
    }),
    cluster("ClusterBuilder", plan, {
      tag: kpack.builderTag,
      lifecycle: { kind: "ClusterLifecycle", name: plan.name },
      store: { kind: "ClusterStore", name: plan.name },
      stack: { kind: "ClusterStack", name: plan.name },
      order: kpack.order.map(groupOf),
      serviceAccountRef: accountOf(plan, kpack),
    }),
    image(plan, kpack),
  ]);
}

const accountOf = ({ name }: EmitPlan, { namespace }: KpackPlan) => ({ name, namespace });

const account = ({ name }: EmitPlan, { namespace }: KpackPlan): Manifest => ({
  value: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
    secrets: [{ name: loginOf(name) }],
    imagePullSecrets: [{ name: loginOf(name) }],
  },
});

const comments: Readonly<Record<string, string>> = {
  ClusterLifecycle: "cnb lifecycle create writes this image.",
  ClusterStore: "kpack takes the buildpacks out of the builder.",
  ClusterStack: "Pinned by digest: a new run image starts a rebase, a new build image a build.",
  ClusterBuilder: "kpack composes this builder from the three resources.",
};

const cluster = (kind: string, { name }: EmitPlan, spec: object): Manifest => ({
  value: { apiVersion: "kpack.io/v1alpha2", kind, metadata: { name }, spec },
  comments: [[["spec"], comments[kind] ?? ""]],
});

const groupOf = ({ group }: OrderGroup) => ({
  group: group.map(({ id, version, optional }) => ({ id, ...defined({ version, optional }) })),
});

const image = (
  { name, image: tag, cacheImage, path }: EmitPlan,
  { git, revision, namespace }: KpackPlan,
): Manifest => ({
  value: {
    apiVersion: "kpack.io/v1alpha2",
    kind: "Image",
    metadata: { name, namespace },
    spec: {
      tag,
      serviceAccountName: name,
      builder: { kind: "ClusterBuilder", name },
      cache: { registry: { tag: cacheImage } },
      source: { git: { url: git, revision }, ...defined({ subPath: path === "." ? undefined : path }) },
    },
  },
  comments: [[["spec", "source"], "kpack reads project.toml of the source."]],
});
