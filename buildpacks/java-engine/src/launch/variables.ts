import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { limits } from "@libcnb/app-kit/launch/control-groups";
import { bytesAt, namesIn, textAt } from "@libcnb/app-kit/launch/kernel-file";
import { usableProcessors } from "@libcnb/app-kit/launch/processors";
import type { ExecDVariables } from "libcnb";
import type { JavaFacts, LaunchInputs } from "./java-facts.ts";
import { dataLimit, machineMemory } from "./kernel-texts.ts";
import { containerMemory, memoryOptions } from "./memory.ts";
import { lengthWarning, outOfMemoryOptions, processorOptions } from "./options.ts";
import { securityOptions } from "./security.ts";
import type { Environment, Warn } from "./settings.ts";
import { type Switches, switchesOf } from "./switches.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { userOptions } from "./user-options.ts";

/** A container in which Java runs. */
export interface JavaContainer {
  readonly env: Environment;
  readonly java: JavaFacts;
  /** The layer of the launch helper. */
  readonly layer: string;
  /** The number of the process that Java replaces: the launcher, which runs the launch helper. */
  readonly parent: number;
  /** Prints a line. */
  readonly print: (text: string) => void;
  /** The directory that contains the container's files. @default "" */
  readonly root?: string;
}

/**
 * Returns the environment variables that configure Java for its container. The user's options come
 * last in JAVA_TOOL_OPTIONS, because Java uses the last of several options with the same name.
 */
export async function variablesIn({ root = "", ...container }: JavaContainer): Promise<ExecDVariables> {
  const { env, java, parent, print } = container;
  const warn = (text: string) => print(`WARNING: ${text}`);
  const own = env.JAVA_TOOL_OPTIONS ?? "";
  if (!isUtf8("JAVA_TOOL_OPTIONS", own, root)) {
    warn("JAVA_TOOL_OPTIONS is not valid UTF-8 and stays unchanged: Java gets no options for the container");
    return {};
  }
  const { options, nativeMemory } = await optionsIn({ ...container, root, warn, user: userOptions(env) });
  if (options.length === 0) return {};
  const all = [...options, ...(own === "" ? [] : [own])].join(" ");
  const warning = lengthWarning(all, java.feature);
  if (warning !== undefined) warn(warning);
  return { JAVA_TOOL_OPTIONS: all, ...defined({ [`NMT_LEVEL_${parent}`]: nativeMemory }) };
}

/** Bytes that are not UTF-8 are U+FFFD in `process.env`, and could not be set again. */
function isUtf8(name: string, value: string, root: string): boolean {
  if (!value.includes("\ufffd")) return true;
  const bytes = bytesAt(`${root}/proc/self/environ`, 4 * 1024 ** 2) ?? new Uint8Array();
  return Buffer.concat([Buffer.alloc(1), bytes]).includes(`\0${name}=${value}\0`);
}

interface OptionsInputs extends LaunchInputs, Pick<JavaContainer, "layer" | "print"> {
  readonly root: string;
}

// The order of the options is that of the warnings.
async function optionsIn(inputs: OptionsInputs): Promise<Pick<Switches, "options" | "nativeMemory">> {
  const { env, root, warn } = inputs;
  const group = limits(root);
  const processors = () => Math.min(Math.ceil(group.processors ?? Number.POSITIVE_INFINITY), usableProcessors(root));
  const machine = machineMemory(textAt(`${root}/proc/meminfo`) ?? "");
  const memory = containerMemory(machine, [group.memory, dataLimit(textAt(`${root}/proc/self/limits`) ?? "")]);
  const heap = memoryOptions({ ...inputs, memory });
  const switches = switchesOf(inputs, new Date());
  if (switches.heapDump !== undefined) makeWritable(dirname(switches.heapDump), warn);
  const temporary = temporaryDirectory([env.TMPDIR || `${root}/tmp`, `${root}/tmp`, `${root}/dev/shm`]);
  return {
    options: [
      ...heap,
      ...outOfMemoryOptions(inputs),
      ...processorOptions(inputs, processors),
      ...switches.options,
      ...securityOptions({ ...inputs, temporary }),
      ...(await certificateOptions({ ...inputs, temporary })),
    ],
    nativeMemory: switches.nativeMemory,
  };
}

function makeWritable(dir: string, warn: Warn): void {
  try {
    makeDirectory(dir);
    accessSync(dir, constants.W_OK);
  } catch {
    warn(`BPL_HEAP_DUMP_PATH: ${dir} is not writable`);
  }
}

/**
 * Creates a directory and its parents. The option `recursive` is not used, because it never returns
 * below /proc, where no directory can be created.
 */
function makeDirectory(dir: string): void {
  if (existsSync(dir) || dirname(dir) === dir) return;
  makeDirectory(dirname(dir));
  mkdirSync(dir);
}

async function certificateOptions(
  inputs: OptionsInputs & { readonly temporary: () => string | undefined },
): Promise<readonly string[]> {
  const { env, root, user } = inputs;
  const bindings = env.SERVICE_BINDING_ROOT || `${root}/platform/bindings`;
  const canExist = Boolean(env.SSL_CERT_FILE || env.SSL_CERT_DIR) || namesIn(bindings).length > 0;
  if (!canExist || user.has("-Djavax.net.ssl.trustStore=")) return [];
  // loaded late: most containers have no additional certificates, and digests take time to load
  const { truststoreOptions } = await import("./truststore.ts");
  return truststoreOptions({ ...inputs, bindings });
}
