import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { shellImage } from "../tiny/shell-image.ts";
import type { Cluster } from "./cluster.ts";
import { nodeAddress, registryPorts } from "./files.ts";

/** The security context of a container by the Pod Security Standard `restricted`. */
export const restrictedContext = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** Publishes an image with busybox as `shell:1`. */
export async function publishShell(cluster: Cluster): Promise<void> {
  const layout = join(cluster.node.dir, "shell");
  await oci.write(await shellImage(cluster.node.dir), { kind: "oci", dir: layout }, { name: "shell:1" });
  await cluster.publish(layout, "shell:1");
}

/** A pod that runs a shell script once, by the Pod Security Standard `restricted`. */
export const shellPod = (name: string, script: string, container: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "shell",
          image: `${nodeAddress}:${registryPorts.open}/shell:1`,
          command: ["/bin/sh", "-c", script],
          securityContext: restrictedContext,
          ...container,
        },
      ],
    },
  });

/** A namespace that enforces the Pod Security Standard `restricted`. */
export const restrictedNamespace = (name: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  });
