// @needs cgroup-v1, cni-plugins, containerd, docker-registry, etcd, ip, namespaces, openssl, root
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute, type Outcome } from "../cnb.ts";
import { type Certificates, makeCertificates } from "../registry/certificates.ts";
import { type NodeFiles, nodeAddress, nodeFiles } from "./files.ts";

/**
 * The programs of a cluster in namespaces and control groups of their own. When the test ends, even
 * by SIGKILL, the kernel closes a pipe, and supervisor.sh removes everything.
 */
export interface ClusterNode {
  readonly dir: string;
  readonly certificates: Certificates;
  /** Runs a program in the network and the mounts of the node. */
  enter(command: string, args: readonly string[], options?: Parameters<typeof execute>[2]): Promise<Outcome>;
  /** The command that starts a program in the node. */
  command(command: string, args: readonly string[]): readonly [program: string, ...args: string[]];
  /** The last lines of the log of each program. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the node. Its programs may not be ready yet. */
export async function startNode(programs: NodeFiles["programs"]): Promise<ClusterNode> {
  const dir = await mkdtemp(join(tmpdir(), "cluster-"));
  const names = [`IP:${nodeAddress}`, "IP:10.96.0.1", "IP:127.0.0.1", "DNS:kubernetes.default.svc"];
  const certificates = await makeCertificates(dir, names);
  await writeServiceAccountKey(dir);
  for (const name of ["lib", "log", "registry", "git", "apiserver"]) await mkdir(join(dir, name));
  const { ca, cert, key } = certificates;
  for (const [name, text] of Object.entries(nodeFiles({ dir, programs, ca, cert, key }))) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  const supervisor = spawn("sh", [join(import.meta.dirname, "supervisor.sh"), dir, basename(dir)], {
    detached: true, // Ctrl+C ends the test only
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exit = once(supervisor, "exit");
  const failed = exit.then(async ([code]): Promise<never> => {
    await rm(dir, { recursive: true, force: true });
    throw new Error(`the supervisor of the node ended with exit code ${code} before it started the node`);
  });
  const [printed] = await Promise.race([once(supervisor.stdout, "data"), failed]);
  failed.catch(() => undefined); // from now on, the supervisor ends with the node
  const first = await firstProcess(Number(String(printed)));
  const command: ClusterNode["command"] = (program, args) => [
    "nsenter",
    `--target=${first}`,
    "--mount",
    "--net",
    "--pid",
    "--",
    program,
    ...args,
  ];
  return {
    dir,
    certificates,
    command,
    enter(program, args, options) {
      const [nsenter, ...words] = command(program, args);
      return execute(nsenter, words, options);
    },
    logs: async () => (await execute("sh", ["-c", `tail -n 20 "$0"/*.log`, join(dir, "log")])).stdout,
    async stop() {
      supervisor.stdin.end();
      await exit;
    },
  };
}

/** The child of unshare, which is the first process of the node. */
async function firstProcess(unshare: number): Promise<number> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(20)) {
    const children = await readFile(`/proc/${unshare}/task/${unshare}/children`, "utf8");
    if (children !== "") return Number.parseInt(children, 10);
  }
  throw new Error("the first process of the node did not start");
}

/** The key with which the API server signs tokens of service accounts. */
async function writeServiceAccountKey(dir: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(join(dir, "service-account.key"), privateKey.export({ type: "pkcs1", format: "pem" }));
  await writeFile(join(dir, "service-account.pub"), publicKey.export({ type: "spki", format: "pem" }));
}
