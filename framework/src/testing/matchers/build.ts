import { defined } from "../../defined.ts";
import type { PhaseRecording } from "../fixture/recording.ts";
import type { GroupOutcome } from "../group/group.ts";
import type { ImageProcess } from "../group/image.ts";
import type { BuildOutcome } from "../outcomes.ts";
import type { ParsedLayer } from "../parsed.ts";
import { launchEnv } from "../state/launch-env.ts";
import { type Contains, listed, sentence, type Verdict } from "./verdict.ts";

type AnyBuildOutcome = BuildOutcome | GroupOutcome;

/**
 * Expectations about a layer as the lifecycle reads it. Omitted parts are not compared. Types can
 * be given as a list.
 */
export interface ExpectedLayer extends Partial<Omit<DeepPartial<ParsedLayer>, "types">> {
  readonly types?: Partial<ParsedLayer["types"]> | readonly (keyof ParsedLayer["types"])[];
}

export type DeepPartial<T> = T extends string | Uint8Array ? T : { readonly [K in keyof T]?: DeepPartial<T[K]> };

/** Expectations about a process. Omitted parts are not compared. */
export type ExpectedProcess = Partial<Omit<ImageProcess, "buildpack">> & { readonly default?: boolean };

/** Checks that a build has a matching layer. */
export function hasLayer(outcome: BuildOutcome, name: string, expected: ExpectedLayer, contains: Contains): Verdict {
  const { layers } = outcome.parsed;
  const layer = Object.hasOwn(layers, name) ? layers[name] : undefined;
  const fact = `have a layer ${JSON.stringify(name)}`;
  if (layer === undefined)
    return { pass: false, message: sentence(false, "the build", fact) + listed("its layers", Object.keys(layers)) };
  const wanted = { ...expected, ...defined({ types: expected.types && typesOf(expected.types) }) };
  const pass = contains(layer, wanted);
  const like = Object.keys(expected).length === 0 ? "" : " like the one expected";
  const actual = Object.fromEntries(Object.keys(wanted).map((key) => [key, layer[key as keyof ParsedLayer]]));
  return { pass, message: sentence(pass, "the build", fact + like), actual, expected: wanted };
}

function typesOf(types: NonNullable<ExpectedLayer["types"]>): Partial<ParsedLayer["types"]> {
  if (!Array.isArray(types)) return types as Partial<ParsedLayer["types"]>;
  return { build: types.includes("build"), launch: types.includes("launch"), cache: types.includes("cache") };
}

/** Checks that a build has a matching process. */
export function hasProcess(
  outcome: AnyBuildOutcome,
  type: string,
  expected: ExpectedProcess,
  contains: Contains,
): Verdict {
  const processes = processesOf(outcome);
  const process = Object.hasOwn(processes, type) ? processes[type] : undefined;
  const fact = `have a process ${JSON.stringify(type)}`;
  if (process === undefined)
    return {
      pass: false,
      message: sentence(false, "the build", fact) + listed("its processes", Object.keys(processes)),
    };
  const pass = contains(process, expected);
  const like = Object.keys(expected).length === 0 ? "" : " like the one expected";
  return { pass, message: sentence(pass, "the build", fact + like), actual: process, expected };
}

function processesOf(outcome: AnyBuildOutcome): Readonly<Record<string, ExpectedProcess>> {
  if ("parsed" in outcome) return outcome.parsed.launch.processes;
  const entries = Object.entries(outcome.processes);
  return Object.fromEntries(
    entries.map(([type, process]) => [type, { ...process, default: type === outcome.defaultProcess }]),
  );
}

/**
 * Checks that a process gets these variables. A value of undefined means that the variable must not
 * be set.
 */
export function hasEnv(
  outcome: AnyBuildOutcome,
  processType: string | undefined,
  expected: Readonly<Record<string, unknown>>,
  contains: Contains,
): Verdict {
  const env = "parsed" in outcome ? launchEnv(outcome, processType) : outcome.launchEnv(processType);
  const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, env[name]]));
  const pass = contains(actual, expected);
  const who = processType === undefined ? "processes" : `the process ${JSON.stringify(processType)}`;
  return { pass, message: sentence(pass, who, "have the expected environment"), actual, expected };
}

/** Checks that a line of the log contains a text or matches a pattern. */
export function hasLogged({ log }: Pick<PhaseRecording, "log">, wanted: string | RegExp): Verdict {
  const pass = log.some((line) => (wanted instanceof RegExp ? wanted.test(line) : line.includes(wanted)));
  const what = wanted instanceof RegExp ? String(wanted) : JSON.stringify(wanted);
  return { pass, message: sentence(pass, "the log", `contain ${what}`) + listed("its lines", log) };
}

/** Checks that a tool was run with these arguments. If `args` is undefined, any arguments match. */
export function hasRun(
  { commands }: Pick<PhaseRecording, "commands">,
  tool: string,
  args: readonly unknown[] | undefined,
  contains: Contains,
): Verdict {
  const pass = commands.some((call) => call.tool === tool && (args === undefined || contains(call.args, args)));
  const fact = `be run${args === undefined ? "" : ` with ${JSON.stringify(args)}`}`;
  const ran = commands.map((call) => [call.tool, ...call.args].join(" "));
  return { pass, message: sentence(pass, tool, fact) + listed("commands that ran", ran) };
}
