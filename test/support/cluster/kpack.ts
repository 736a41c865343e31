// @needs go
import { join } from "node:path";
import type { Cluster, KubernetesObject } from "./cluster.ts";
import { applyAll, manifestsIn, startController } from "./controller.ts";
import { publishProgram } from "./program-image.ts";
import { clusterPrograms, requiredModule } from "./programs.ts";

const namespace = "kpack";

/** Installs kpack from its own manifests: the CRDs, the configuration and the controller. */
export async function installKpack(cluster: Cluster): Promise<void> {
  const programs = await clusterPrograms(["kpack-build-init", "kpack-completion", "kpack-controller", "kpack-rebase"]);
  const path = "github.com/pivotal/kpack";
  const config = join(await requiredModule(path), "config");
  const image = (name: "build-init" | "completion" | "rebase") =>
    publishProgram(cluster, `kpack-${name}`, programs[`kpack-${name}`], `/cnb/process/${name}`);
  await applyAll(cluster, await manifestsIn(config, ["100-namespace.yaml", "config-logging.yaml"]));
  const crds = (await manifestsIn(config)).filter(({ kind }) => kind === "CustomResourceDefinition");
  await applyAll(cluster, crds.map(withoutConversion));
  const args = [
    `-kubeconfig=${join(cluster.node.dir, "admin.kubeconfig")}`,
    `-build-init-image=${await image("build-init")}`,
    `-completion-image=${await image("completion")}`,
    `-rebase-image=${await image("rebase")}`,
  ];
  await startController(cluster, "kpack-controller", [programs["kpack-controller"], ...args], {
    SYSTEM_NAMESPACE: namespace,
    SYSTEM_SERVICE_ACCOUNT: "default",
    CONFIG_LOGGING_NAME: "config-logging",
    CONFIG_OBSERVABILITY_NAME: "config-observability",
    METRICS_DOMAIN: "kpack.io",
    METRICS_PROMETHEUS_PORT: "9093",
  });
}

/** The webhook converts objects of version v1alpha1, of which there are none. */
const withoutConversion = (crd: KubernetesObject): KubernetesObject => ({
  ...crd,
  spec: { ...crd.spec, conversion: { strategy: "None" } },
});
