import type { Ability, LaunchInputs } from "./java-facts.ts";
import { isOn, numberIn } from "./settings.ts";
import { quotedForJava } from "./user-options.ts";

/** The diagnosis options that are switched on in a container. */
export interface Switches {
  readonly options: readonly string[];
  /** The level of native memory tracking for a Java that must know it before it reads options. */
  readonly nativeMemory: string | undefined;
  /** The file for a heap dump, whose directory must exist. */
  readonly heapDump: string | undefined;
}

/** Returns the options for debugging, remote management, recordings, native memory tracking and heap dumps. */
export function switchesOf(inputs: LaunchInputs, now: Date): Switches {
  const before = [...debugOptions(inputs), ...managementOptions(inputs), ...recordingOptions(inputs)];
  const level = nativeMemoryLevel(inputs);
  const heapDump = heapDumpFile(inputs, now);
  return {
    options: [
      ...before,
      ...(level === undefined ? [] : nativeMemoryOptions(level)),
      ...(heapDump === undefined
        ? []
        : ["-XX:+HeapDumpOnOutOfMemoryError", quotedForJava(`-XX:HeapDumpPath=${heapDump}`)]),
    ],
    nativeMemory: inputs.java.feature < 17 ? level : undefined,
    heapDump,
  };
}

/** Java does not start with an option for a module that it lacks. */
function isAble(
  { java, warn }: LaunchInputs,
  ability: Ability,
  [variable, module]: readonly [string, string],
): boolean {
  const isFound = java.abilities.includes(ability);
  if (!isFound) warn(`${variable} is ignored: this Java has no ${module}`);
  return isFound;
}

const defaultDebugPort = 8000;
const defaultManagementPort = 5000;
const ports = [1, 65535] as const;

function debugOptions(inputs: LaunchInputs): readonly string[] {
  if (!isOn("BPL_DEBUG_ENABLED", inputs) || inputs.user.has("-agentlib:jdwp")) return [];
  if (!isAble(inputs, "debugs", ["BPL_DEBUG_ENABLED", "agent for debuggers (jdk.jdwp.agent)"])) return [];
  const port = numberIn("BPL_DEBUG_PORT", ports, inputs) ?? defaultDebugPort;
  const suspend = isOn("BPL_DEBUG_SUSPEND", inputs) ? "y" : "n";
  // without *, Java 9 and newer only accept connections from the container itself; Java 8 does not start with it
  const address = inputs.java.feature > 8 ? `*:${port}` : port;
  return [`-agentlib:jdwp=transport=dt_socket,server=y,suspend=${suspend},address=${address}`];
}

// RMI tells clients the name of its host: that of a tunnel to the container, such as `kubectl port-forward`.
function managementOptions(inputs: LaunchInputs): readonly string[] {
  if (!isOn("BPL_JMX_ENABLED", inputs) || inputs.user.has("-Dcom.sun.management.jmxremote.port=")) return [];
  if (!isAble(inputs, "manages", ["BPL_JMX_ENABLED", "management agent (jdk.management.agent)"])) return [];
  const port = numberIn("BPL_JMX_PORT", ports, inputs) ?? defaultManagementPort;
  const settings = [`port=${port}`, `rmi.port=${port}`, "authenticate=false", "ssl=false"];
  return ["-Djava.rmi.server.hostname=127.0.0.1", ...settings.map((each) => `-Dcom.sun.management.jmxremote.${each}`)];
}

function recordingOptions(inputs: LaunchInputs): readonly string[] {
  if (!isOn("BPL_JFR_ENABLED", inputs) || inputs.user.has("-XX:StartFlightRecording")) return [];
  if (!isAble(inputs, "records", ["BPL_JFR_ENABLED", "flight recorder (jdk.jfr)"])) return [];
  const { BPL_JFR_ARGS, TMPDIR } = inputs.env;
  const usual = `dumponexit=true,filename=${TMPDIR || "/tmp"}/recording.jfr`;
  return [quotedForJava(`-XX:StartFlightRecording=${BPL_JFR_ARGS || usual}`)];
}

function nativeMemoryLevel(inputs: LaunchInputs): string | undefined {
  if (!isOn("BPL_JAVA_NMT_ENABLED", inputs) || inputs.user.has("-XX:NativeMemoryTracking=")) return undefined;
  const level = inputs.env.BPL_JAVA_NMT_LEVEL || "summary";
  if (level === "summary" || level === "detail") return level;
  inputs.warn("BPL_JAVA_NMT_LEVEL is ignored: summary or detail is expected");
  return "summary";
}

const nativeMemoryOptions = (level: string): readonly string[] => [
  "-XX:+UnlockDiagnosticVMOptions",
  `-XX:NativeMemoryTracking=${level}`,
  "-XX:+PrintNMTStatistics",
];

// Java overwrites no file, and has the same process number in every container: a file named by the number would only contain the first dump.
function heapDumpFile({ env, user }: LaunchInputs, now: Date): string | undefined {
  const path = env.BPL_HEAP_DUMP_PATH ?? "";
  if (path === "" || user.has("-XX:HeapDumpPath=")) return undefined;
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return path.endsWith(".hprof") ? path : `${path.replace(/\/$/, "")}/java_${time}.hprof`;
}
