// @needs go

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Cluster, KubernetesObject } from "./cluster.ts";

/** Reads the manifests in a directory, without templates of ytt and without comments. */
export async function manifestsIn(dir: string, names?: readonly string[]): Promise<readonly KubernetesObject[]> {
  const files = names ?? (await readdir(dir)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(dir, name), "utf8")));
  return texts.flatMap((text) => parseAllDocuments(text).flatMap((document) => document.toJS() ?? []));
}

/** Creates objects in the cluster. */
export const applyAll = (cluster: Cluster, objects: readonly object[]): Promise<void> =>
  cluster.apply(objects.map((object) => JSON.stringify(object)).join("\n---\n"));

/**
 * Runs a controller as a process of the node, which is faster than a pod. The process ends with the
 * cluster.
 */
export async function startController(
  { node }: Cluster,
  name: string,
  [program, ...args]: readonly [program: string, ...args: string[]],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const [command, ...words] = node.command(program, args);
  const kubeconfig = join(node.dir, "admin.kubeconfig");
  const child = spawn(command, words, {
    env: { PATH: process.env["PATH"], HOME: node.dir, KUBECONFIG: kubeconfig, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(node.dir, "log", `${name}.log`));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
}
