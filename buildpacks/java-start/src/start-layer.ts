import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import {
  type App,
  append,
  defaultTo,
  type EnvModifications,
  type Layers,
  launchLayer,
  override,
  type Process,
  s,
} from "libcnb";
import { digestOfText, plainCommand, shellCommand, withSignalsScript, writeWithSignals } from "libcnb/kit";
import portProgram from "./exec.d/port.ts";
import type { Launch } from "./launch/launch.ts";
import { portVariableFile } from "./port.ts";
import type { Starts } from "./start.ts";

const startLayer = launchLayer("start", { metadata: s.table({ digest: s.string, port: s.optional(s.string) }) });

/**
 * Adds a layer with the files and settings that processes need: the class path, facts for the
 * memory calculator, the port and environment variables.
 */
export async function provideStart(
  layers: Layers,
  starts: Starts,
  launch: Launch | undefined,
  classes: number,
): Promise<void> {
  const process = Object.entries(processEnvs(starts)).map(([type, env]) => [
    type,
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, override(value)])),
  ]);
  const variable = launch?.portVariable;
  await layers.provide(startLayer, {
    metadata: { digest: digestOfText(withSignalsScript), ...defined({ port: variable }) },
    async create({ path }) {
      await writeWithSignals(path);
      if (variable !== undefined) await writeFile(join(path, portVariableFile), variable);
    },
    env: () => ({ launch: launchEnv(starts, launch, classes), process: Object.fromEntries(process) }),
    execD: () => ({ shared: variable === undefined ? {} : { port: portProgram } }),
  });
}

function launchEnv(starts: Starts, launch: Launch | undefined, classes: number): EnvModifications {
  const { classPath, threads, portVariable, env = {} } = launch ?? {};
  const readsPort = portVariable === undefined || Object.values(starts).some(({ line }) => /\bPORT\b/.test(line));
  return {
    // behind what the user of the container has: an agent, a driver
    ...defined({ CLASSPATH: classPath && append(classPath.join(":")) }),
    ...Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, defaultTo(value)]])),
    ),
    ...defined({
      BPI_JVM_CLASS_COUNT: classes > 0 ? defaultTo(String(classes)) : undefined,
      BPL_JVM_THREAD_COUNT: threads === undefined ? undefined : defaultTo(String(threads)),
      PORT: readsPort ? defaultTo("8080") : undefined,
    }),
  };
}

/**
 * Returns the processes of the image. Java runs as PID 1 of the container and handles SIGTERM
 * itself. Scripts replace themselves with Java (`exec`).
 */
export function processesOf(starts: Starts, app: App): Readonly<Record<string, Process>> {
  const isOnly = Object.keys(starts).length === 1;
  return Object.fromEntries(
    Object.entries(starts).map(([type, { line, dir }]) => [
      type,
      {
        command: plainCommand(line)?.words ?? shellCommand(line),
        ...defined({
          workingDir: dir === "" ? undefined : app.path(dir),
          default: type === "web" || isOnly || undefined,
        }),
      },
    ]),
  );
}

/** The environment variables of each process, by type: the assignments in front of the command. */
const processEnvs = (starts: Starts): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    Object.entries(starts)
      .map(([type, { line }]) => [type, plainCommand(line)?.env ?? {}] as const)
      .filter(([, env]) => Object.keys(env).length > 0),
  );
