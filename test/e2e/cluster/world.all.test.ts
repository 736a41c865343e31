// @needs root
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { KubernetesObject } from "../../support/cluster/cluster.ts";
import { publishShell, restrictedNamespace, shellPod } from "../../support/cluster/shell-pod.ts";
import { clusterState, filesOfContainers, tracesAtEnd, tracesOf } from "../../support/cluster/traces.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";
import { execute, pinnedNode, root } from "../../support/cnb.ts";

const before = clusterState();
const cluster = useCluster(publishShell);

test("a namespace that enforces restricted refuses a pod as root and runs a pod as an ordinary user", async () => {
  await cluster().apply(restrictedNamespace("strict"));
  const asRoot = shellPod("root", "id", { securityContext: {} });
  await expect(cluster().apply(asRoot, "strict")).rejects.toThrow('violates PodSecurity "restricted:latest"');
  await cluster().apply(shellPod("user", "id -u"), "strict");
  await cluster().waitFor("pods/user", "strict", ({ status }) => status.phase === "Succeeded");
  expect(await cluster().succeeds(["logs", "user", "--namespace=strict"])).toBe("1000\n");
});

test("the error of a wait contains the state of the container, its log and the events", async () => {
  await cluster().apply(shellPod("broken", "echo the reason; exit 7"));
  const failed = cluster().waitFor("pods/broken", "default", ({ status }) => status.phase === "Failed" && "it failed");
  await expect(failed).rejects.toThrow(/it failed.*"exitCode":7.*\[pod\/broken\/shell\] the reason.*Scheduled/s);
});

test("nothing of a cluster remains after SIGKILL of the process that started it", async () => {
  const loader = ["--conditions=@libcnb/source", join(root, "test/support/cluster/killed-cluster.ts")];
  const child = spawn(pinnedNode, loader, { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(child.stdout, "data");
  const dir = String(printed).trim();
  expect(tracesOf(dir).length).toBeGreaterThan(10);
  child.kill("SIGKILL");
  expect(await tracesAtEnd(dir)).toEqual([]);
});

/** The ids of the containers of all pods. */
async function containerIds(): Promise<readonly string[]> {
  const { items } = JSON.parse(await cluster().succeeds(["get", "pods", "--all-namespaces", "--output=json"]));
  return items
    .flatMap(({ status }: KubernetesObject) => status.containerStatuses ?? [])
    .map(({ containerID }: { containerID: string }) => containerID.replace("containerd://", ""));
}

test("nothing of a cluster remains after its end", async () => {
  const ids = await containerIds();
  await cluster().stop();
  expect(await tracesAtEnd(cluster().node.dir)).toEqual([]);
  expect((await execute("ip", ["link", "show", "cni0"])).exitCode).toBe(1);
  expect(clusterState()).toEqual(before);
  expect(await filesOfContainers(ids)).toEqual([]);
});
