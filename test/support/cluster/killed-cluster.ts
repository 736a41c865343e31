/** Run by a test that kills it: starts a cluster with a pod, and prints the directory of the cluster. */
import { startCluster } from "./cluster.ts";
import { publishShell, shellPod } from "./shell-pod.ts";

const cluster = await startCluster();
await publishShell(cluster);
await cluster.apply(shellPod("waiting", "exec sleep 1000"));
await cluster.waitFor("pods/waiting", "default", ({ status }) => status.phase === "Running");
console.log(cluster.node.dir);
setInterval(() => {}, 1000);
