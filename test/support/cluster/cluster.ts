// @needs git
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as oci from "@libcnb/packager/oci";
import { cnbCommand, execute, type Outcome } from "../cnb.ts";
import { shellImage } from "../tiny/shell-image.ts";
import { nodeAddress, registryPorts } from "./files.ts";
import { type ClusterNode, startNode } from "./node.ts";
import { clusterPrograms } from "./programs.ts";
import { failureReport } from "./report.ts";

/** A real Kubernetes of one node, with a registry and a server of Git repositories. */
export interface Cluster {
  readonly node: ClusterNode;
  /** The host and port of the registry by its kind. */
  readonly registries: Readonly<Record<keyof typeof registryPorts, string>>;
  kubectl(args: readonly string[], input?: string): Promise<Outcome>;
  /** Like `kubectl`, and returns the output. Fails with everything that was printed. */
  succeeds(args: readonly string[], input?: string): Promise<string>;
  /** Creates or changes the objects of a manifest, all of whose fields must be known. */
  apply(manifest: string, namespace?: string): Promise<void>;
  /**
   * Waits until an object satisfies a condition, and returns the object. The error contains the
   * pods of the namespace, their logs, and the events.
   */
  waitFor(name: string, namespace: string, condition: Condition, timeoutMs?: number): Promise<KubernetesObject>;
  /** Starts to read the log of a pod, and returns when the first line is there. */
  follow(pod: string, namespace: string): Promise<FollowedLog>;
  /** Publishes an OCI layout in the registry. */
  publish(layout: string, name: string): Promise<void>;
  /** Commits files to the branch `main` of a Git repository, and creates it first if necessary. */
  commit(name: string, files: Readonly<Record<string, string>>): Promise<GitUrls>;
  stop(): Promise<void>;
}

/** The log of a pod that may still run. */
export interface FollowedLog {
  /** The whole log, when the pod has ended. */
  readonly whole: Promise<string>;
}

/** The URLs of a repository. HTTPS has the certificate of the cluster. */
export interface GitUrls {
  readonly http: string;
  readonly https: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the objects of Kubernetes have many forms
export type KubernetesObject = any;

/** True when the wait is over. A text ends the wait with an error. */
export type Condition = (object: KubernetesObject) => boolean | string | undefined;

/** Starts a cluster, and returns when its node is ready. */
export async function startCluster(): Promise<Cluster> {
  const programs = await clusterPrograms([
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kubelet",
  ]);
  const node = await startNode(programs);
  try {
    const cluster = clusterOf(node, programs.kubectl);
    await cluster.waitFor("nodes/node0", "default", isReady, 120_000);
    await publishPause(node);
    await cluster.waitFor("serviceaccounts/default", "default", () => true);
    return cluster;
  } catch (error) {
    const logs = await node.logs();
    await node.stop();
    throw new Error(`the cluster did not start: ${(error as Error).message}\n${logs}`, { cause: error });
  }
}

const isReady: Condition = ({ status }) =>
  status?.conditions?.some((each: { type: string; status: string }) => each.type === "Ready" && each.status === "True");

function clusterOf(node: ClusterNode, program: string): Cluster {
  const registries = Object.fromEntries(
    Object.entries(registryPorts).map(([kind, port]) => [kind, `${nodeAddress}:${port}`]),
  ) as Cluster["registries"];
  const kubeconfig = `--kubeconfig=${join(node.dir, "admin.kubeconfig")}`;
  const kubectl: Cluster["kubectl"] = (args, input = "") =>
    node.enter(program, [kubeconfig, "--request-timeout=30s", ...args], { input });
  const succeeds: Cluster["succeeds"] = async (args, input) => {
    const { exitCode, stdout, stderr } = await kubectl(args, input);
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(" ")} exited ${exitCode}:\n${stderr}${stdout}`);
    return stdout;
  };
  const waitFor: Cluster["waitFor"] = async (name, namespace, condition, timeoutMs = 120_000) => {
    let [last, reason] = ["", `did not reach the state within ${timeoutMs} ms`];
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(250)) {
      const { exitCode, stdout, stderr } = await kubectl(["get", name, "--namespace", namespace, "--output=json"]);
      last = exitCode === 0 ? JSON.stringify(JSON.parse(stdout).status, undefined, 1) : stderr;
      const answer = exitCode === 0 && condition(JSON.parse(stdout));
      if (answer === true) return JSON.parse(stdout);
      if (typeof answer === "string") {
        reason = answer;
        break;
      }
    }
    const report = await failureReport(kubectl, namespace);
    throw new Error(`${name} in namespace ${namespace}: ${reason}\nstatus: ${last}\n${report}`);
  };
  return {
    node,
    registries,
    kubectl,
    succeeds,
    waitFor,
    async apply(manifest, namespace) {
      const strict = ["--server-side", "--validate=strict", "--force-conflicts", "--field-manager=test"];
      const target = namespace === undefined ? [] : [`--namespace=${namespace}`];
      await succeeds(["apply", ...target, ...strict, "--filename=-"], manifest);
    },
    follow: (pod, namespace) =>
      follow(node.command(program, [kubeconfig, "logs", pod, `--namespace=${namespace}`, "--follow"])),
    publish: (layout, name) => publish(node, layout, name),
    commit: (name, files) => commit(node.dir, name, files),
    stop: () => node.stop(),
  };
}

async function follow([program, ...args]: readonly [string, ...string[]]): Promise<FollowedLog> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const whole = once(child, "close").then(() => text);
  await Promise.race([once(child.stdout, "data"), whole]);
  return { whole };
}

/** The image of the container that holds the network namespace of a pod. */
async function publishPause(node: ClusterNode): Promise<void> {
  const image = oci.mutate.config(await shellImage(node.dir), { Entrypoint: ["/bin/busybox", "sleep", "2147483647"] });
  const layout = join(node.dir, "pause");
  await oci.write(image, { kind: "oci", dir: layout }, { name: "pause:1" });
  await publish(node, layout, "pause:1");
}

/** Copies an OCI layout into the registry. */
async function publish({ enter }: ClusterNode, layout: string, name: string): Promise<void> {
  // cnb uses HTTP for loopback addresses.
  const [program, ...args] = cnbCommand(["copy", `oci:${layout}`, `127.0.0.1:${registryPorts.open}/${name}`]);
  const { exitCode, stderr } = await enter(program, args);
  if (exitCode !== 0) throw new Error(`cnb copy to ${name} exited ${exitCode}: ${stderr}`);
}

/** Commits files to the branch `main` of a Git repository, and creates it first if necessary. */
async function commit(dir: string, name: string, files: Readonly<Record<string, string>>): Promise<GitUrls> {
  const repository = join(dir, "git", name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    ["-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet", "--allow-empty", "--message=Change"],
  ]) {
    const { exitCode, stderr } = await execute("git", ["-C", repository, ...args]);
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")} exited ${exitCode}: ${stderr}`);
  }
  const path = `${name}/.git`;
  return { http: `http://${nodeAddress}:8080/${path}`, https: `https://${nodeAddress}:8443/${path}` };
}
