// @needs go
import { join } from "node:path";
import type { Cluster, KubernetesObject } from "./cluster.ts";
import { applyAll, manifestsIn, startController } from "./controller.ts";
import { nodeAddress } from "./files.ts";
import { publishProgram } from "./program-image.ts";
import { clusterPrograms, requiredModule } from "./programs.ts";
import { publishShell } from "./shell-pod.ts";

const namespace = "tekton-pipelines";
const webhookPort = 9443;

/** Installs Tekton Pipelines from its own manifests: the CRDs, the configuration, the webhook and the controller. */
export async function installTekton(cluster: Cluster): Promise<void> {
  const programs = await clusterPrograms([
    "tekton-controller",
    "tekton-entrypoint",
    "tekton-nop",
    "tekton-webhook",
    "tekton-workingdirinit",
  ]);
  const path = "github.com/tektoncd/pipeline";
  const config = join(await requiredModule(path), "config");
  await publishShell(cluster);
  const images: Record<string, string> = {};
  for (const name of ["entrypoint", "nop", "workingdirinit"] as const)
    images[`ko://${path}/cmd/${name}`] = await publishProgram(
      cluster,
      `tekton-${name}`,
      programs[`tekton-${name}`],
      `/ko-app/${name}`,
    );
  await applyAll(cluster, await manifestsIn(join(config, "100-namespace")));
  await applyAll(cluster, await manifestsIn(join(config, "300-crds")));
  const settings = (await manifestsIn(config)).filter(({ kind }) => /^(ConfigMap|Secret)$/.test(kind));
  await applyAll(cluster, settings.map(withSecurityContext));
  await applyAll(cluster, webhookService);
  const [webhook, controller] = await Promise.all(
    ["webhook", "controller"].map(async (name) => containerIn(await manifestsIn(config, [`${name}.yaml`]))),
  );
  await startController(cluster, "tekton-webhook", [programs["tekton-webhook"]], {
    ...variablesOf(webhook),
    WEBHOOK_PORT: String(webhookPort),
    PROBES_PORT: "9081",
    METRICS_PROMETHEUS_PORT: "9091",
  });
  const shell = `${cluster.registries.open}/shell:1`;
  const args: readonly string[] = controller.args.map((each: string) =>
    each.startsWith("-") ? each : (images[each] ?? shell),
  );
  await startController(cluster, "tekton-controller", [programs["tekton-controller"], ...args], {
    ...variablesOf(controller),
    SSL_CERT_FILE: cluster.node.certificates.ca,
    PROBES_PORT: "9082",
    METRICS_PROMETHEUS_PORT: "9092",
  });
  // The API server calls the webhook only after the webhook has its certificate.
  await applyAll(
    cluster,
    (await manifestsIn(config)).filter(({ kind }) => /Webhook/.test(kind)),
  );
  const name = "validatingwebhookconfigurations/validation.webhook.pipeline.tekton.dev";
  await cluster.waitFor(name, "default", ({ webhooks }) => webhooks[0].clientConfig.caBundle !== undefined);
}

/** Tekton's own containers also comply with the Pod Security Standard `restricted`. */
const withSecurityContext = (object: KubernetesObject): KubernetesObject =>
  object.metadata.name === "feature-flags"
    ? { ...object, data: { ...object.data, "set-security-context": "true" } }
    : object;

/** The container in a Deployment. */
const containerIn = (objects: readonly KubernetesObject[]): KubernetesObject =>
  objects.find(({ kind }) => kind === "Deployment").spec.template.spec.containers[0];

const variablesOf = (container: KubernetesObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    container.env.map(({ name, value = namespace }: { name: string; value?: string }) => [name, value]),
  );

/** The Service has no selector, because the webhook is not a pod. */
const webhookService = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "tekton-pipelines-webhook", namespace },
    spec: { ports: [{ name: "https-webhook", port: 443, targetPort: webhookPort }] },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "tekton-pipelines-webhook",
      namespace,
      labels: { "kubernetes.io/service-name": "tekton-pipelines-webhook" },
    },
    addressType: "IPv4",
    ports: [{ name: "https-webhook", port: webhookPort, protocol: "TCP" }],
    endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
  },
];
