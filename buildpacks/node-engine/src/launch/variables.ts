import { tmpdir, totalmem } from "node:os";
import { defined } from "@libcnb/app-kit/defined";
import { limits } from "@libcnb/app-kit/launch/control-groups";
import { namesIn } from "@libcnb/app-kit/launch/kernel-file";
import { usableProcessors } from "@libcnb/app-kit/launch/processors";
import type { ExecDVariables } from "libcnb";
import { debugOptions } from "./debug.ts";
import type { Environment } from "./environment.ts";
import { memoryVariables } from "./memory.ts";

interface Container {
  /** A module that the app loads if it is the first process of the container. */
  readonly firstProcess?: string | undefined;
  readonly warn: (text: string) => void;
  /** The directory that contains the container's files. @default "" */
  readonly root?: string;
}

/**
 * Returns all environment variables that configure Node.js in a container, except those that the
 * user of the container has set.
 */
export async function variablesFor(
  env: Environment,
  { firstProcess, warn, root = "" }: Container,
): Promise<ExecDVariables> {
  const { memory, processors = Number.POSITIVE_INFINITY } = limits(root);
  const size = { memory, total: totalmem(), processors: Math.min(Math.ceil(processors), usableProcessors(root)) };
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

async function certificates(env: Environment, root: string, warn: (text: string) => void): Promise<ExecDVariables> {
  if (env.NODE_EXTRA_CA_CERTS) return {};
  const bindings = env.SERVICE_BINDING_ROOT || `${root}/platform/bindings`;
  if (namesIn(bindings).length === 0) return {};
  // loaded late: most containers have no bindings
  const { certificateFile } = await import("./certificates.ts");
  return { NODE_EXTRA_CA_CERTS: certificateFile(bindings, warn, [tmpdir(), `${root}/dev/shm`]) };
}
