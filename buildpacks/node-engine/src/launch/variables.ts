import { availableParallelism, tmpdir, totalmem } from "node:os";
import { defined } from "@libcnb/app-kit/defined";
import type { ExecDVariables } from "libcnb";
import { limits } from "./control-groups.ts";
import { debugOptions } from "./debug.ts";
import type { Environment } from "./environment.ts";
import { namesIn, textAt } from "./kernel-file.ts";
import { memoryVariables } from "./memory.ts";

interface Container {
  /** A module that the app loads if it is the first process of the container. */
  readonly firstProcess?: string | undefined;
  readonly warn: (text: string) => void;
  /** The directory that contains the container's files. @default "" */
  readonly root?: string;
}

/**
 * Returns all environment variables for Node.js in a container, without variables that the user of
 * the container has set.
 */
export async function variablesFor(
  env: Environment,
  { firstProcess, warn, root = "" }: Container,
): Promise<ExecDVariables> {
  const { memory, processors = Number.POSITIVE_INFINITY } = limits(root);
  const size = { memory, total: totalmem(), processors: Math.min(Math.ceil(processors), usable(root)) };
  const { variables, options } = memoryVariables(env, size);
  const all = [
    ...options,
    ...debugOptions(env, warn),
    ...(firstProcess === undefined ? [] : [`--require=${firstProcess}`]),
  ];
  return {
    ...variables,
    ...defined({ NODE_OPTIONS: all.length > 0 ? [env.NODE_OPTIONS, ...all].filter(Boolean).join(" ") : undefined }),
    ...(await certificates(env, root, warn)),
  };
}

/** The processors that the process may use. `availableParallelism` also counts the limit of the container, rounded down. */
function usable(root: string): number {
  const [, mask] = /^Cpus_allowed:\s*([0-9a-f,]+)$/m.exec(textAt(`${root}/proc/self/status`, 65536) ?? "") ?? [];
  const bits = [...(mask ?? "")].flatMap((digit) => [...Number.parseInt(digit, 16).toString(2)]);
  return bits.filter((bit) => bit === "1").length || availableParallelism();
}

async function certificates(env: Environment, root: string, warn: (text: string) => void): Promise<ExecDVariables> {
  if (env.NODE_EXTRA_CA_CERTS) return {};
  const bindings = env.SERVICE_BINDING_ROOT || `${root}/platform/bindings`;
  if (namesIn(bindings).length === 0) return {};
  // loaded late: most containers have no bindings
  const { certificateFile } = await import("./certificates.ts");
  return { NODE_EXTRA_CA_CERTS: certificateFile(bindings, warn, [tmpdir(), `${root}/dev/shm`]) };
}
