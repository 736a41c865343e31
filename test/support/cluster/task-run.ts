import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster, KubernetesObject } from "./cluster.ts";

/** The volume, and the claim of a namespace for which it is reserved. */
interface Volume {
  readonly name: string;
  /** @default any claim without a storage class */
  readonly claim?: { readonly name: string; readonly namespace: string };
}

/** Nothing checks the size of a directory, but a claim may not be larger than its volume. */
const size = { storage: "1Gi" };
const common = { accessModes: ["ReadWriteOnce"], storageClassName: "" };

/** Creates a PersistentVolume whose files are in a directory of this machine, which every user may write. */
export async function createVolume(
  cluster: Cluster,
  { name, claim }: Volume,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const path = join(cluster.node.dir, "volumes", name);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  const reserved = claim === undefined ? {} : { claimRef: claim };
  const spec = { ...common, capacity: size, hostPath: { path }, ...reserved };
  await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec }));
}

/** Creates the PersistentVolumeClaim `name` with these files. */
export async function createClaim(
  cluster: Cluster,
  { name, namespace }: Required<Volume>["claim"],
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const volumeName = `${namespace}-${name}`;
  await createVolume(cluster, { name: volumeName, claim: { name, namespace } }, files);
  const spec = { ...common, resources: { requests: size }, volumeName };
  const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec };
  await cluster.apply(JSON.stringify(object), namespace);
}

/** A run of a Task whose source is in a claim. */
export interface TaskRun {
  /** The name of the run and of its claim. */
  readonly name: string;
  readonly namespace: string;
  readonly task: string;
  readonly files: Readonly<Record<string, string>>;
  readonly params?: readonly object[];
  /** The workspaces in addition to `source`. */
  readonly workspaces: readonly object[];
}

/** Runs a Task, and returns the TaskRun at its end. */
export async function runTask(cluster: Cluster, run: TaskRun): Promise<KubernetesObject> {
  const { name, namespace, task, files, params = [], workspaces } = run;
  await createClaim(cluster, { name, namespace }, files);
  const source = { name: "source", persistentVolumeClaim: { claimName: name } };
  const spec = { taskRef: { name: task }, params, workspaces: [source, ...workspaces] };
  const object = { apiVersion: "tekton.dev/v1", kind: "TaskRun", metadata: { name }, spec };
  await cluster.apply(JSON.stringify(object), namespace);
  return cluster.waitFor(`taskruns/${name}`, namespace, hasEnded, 300_000);
}

/** Deletes a TaskRun and its claim. */
export async function deleteRun(cluster: Cluster, { name, namespace }: Required<Volume>["claim"]): Promise<void> {
  await cluster.succeeds(["delete", "taskrun", name, `--namespace=${namespace}`]);
  await cluster.succeeds(["delete", "pvc", name, `--namespace=${namespace}`]);
  await cluster.succeeds(["delete", "pv", `${namespace}-${name}`]);
}

/** True if a TaskRun or a PipelineRun has ended. */
export const hasEnded = ({ status }: KubernetesObject): boolean => status?.completionTime !== undefined;

/** The log of a step of a TaskRun. */
export const logOfStep = (cluster: Cluster, { metadata, status }: KubernetesObject, step: string): Promise<string> =>
  cluster.succeeds(["logs", status.podName, `--namespace=${metadata.namespace}`, `--container=step-${step}`]);
