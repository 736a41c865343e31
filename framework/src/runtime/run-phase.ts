import { join } from "node:path";
import type { Buildpack } from "../buildpack.ts";
import type { Env } from "../env/apply.ts";
import { LibcnbError } from "../errors.ts";
import type { Extension } from "../extension/extension.ts";
import { textsIn } from "../host/files/read.ts";
import type { HostProcess } from "../host/host-process.ts";
import { textLogger } from "../logger/text-logger.ts";
import { callAuthor } from "./author-code.ts";
import { detectPhase } from "./detect-phase.ts";
import { buildInputs, detectInputs, generateInputs, type Phase, phaseCall } from "./inputs/inputs.ts";
import { type ModuleKind, readModule } from "./inputs/read-descriptor.ts";
import { settingsEnv, toolEnv, userSettings } from "./inputs/tool-env.ts";
import type { PhaseHost } from "./phase-host.ts";
import { realPorts } from "./ports.ts";
import { reportError, type Scene } from "./report-error.ts";

/**
 * The exit code of a failed detection: the buildpack does not apply. No error has this exit code.
 */
const detectFailed = 100;

/**
 * Runs the phase for which a process was started, and returns its exit code. Errors are printed to
 * standard error.
 */
export async function runPhase(buildpacks: BuildpackModules, process: HostProcess, scene: Scene = {}): Promise<number> {
  try {
    const { phase, buildpackDir, kind: called } = phaseCall(process);
    const { kind, descriptor } = await readModule(buildpackDir, called);
    const env = await userEnv(process, descriptor.buildpack.clearEnv);
    const log = textLogger(process, env);
    const { id, version, homepage } = descriptor.buildpack;
    scene.where = {
      phase,
      log,
      buildpack: { id, version, homepage, dir: buildpackDir, metadata: descriptor.metadata },
    };
    const module = await loadModule(buildpacks, id, kind);
    scene.onError = module.onError?.bind(module);
    const files = { appDir: process.cwd, buildpackDir, descriptor, descriptorFile: `${kind}.toml` };
    const host = { ...realPorts, ...files, env: process.env, log };
    const run = (traced: PhaseHost) =>
      kind === "extension"
        ? runExtension(phase, module as Extension, process, traced)
        : runBuildpack(phase, module as Buildpack, process, traced);
    const file = env.CNB_OTEL_LOG_PATH || env.BP_TELEMETRY_FILE;
    if (!file) return await run(host);
    // loaded late: hardly anybody asks for it
    const { tracedPhase } = await import("./traced-phase.ts");
    return await tracedPhase({ file, phase, id, version, api: descriptor.api, env }, host, run);
  } catch (error) {
    return await reportError(error, scene, process);
  }
}

async function runBuildpack(
  phase: Phase,
  buildpack: Buildpack,
  process: HostProcess,
  host: PhaseHost,
): Promise<number> {
  if (phase === "detect")
    return (await detectPhase(buildpack, detectInputs(process), host)).outcome === "pass" ? 0 : detectFailed;
  // loaded late: detect provides no layers
  const { buildPhase } = await import("./build-phase.ts");
  await buildPhase(buildpack, buildInputs(process), host);
  return 0;
}

async function runExtension(
  phase: Phase,
  extension: Extension,
  process: HostProcess,
  host: PhaseHost,
): Promise<number> {
  // loaded late: most buildpacks are none
  if (phase === "detect") {
    const { detectOf } = await import("./detect-of-extension.ts");
    return runBuildpack(phase, detectOf(extension), process, host);
  }
  const { generatePhase } = await import("./generate-phase.ts");
  await generatePhase(extension, generateInputs(process), host);
  return 0;
}

/** The user's variables for the log and telemetry; with `clear-env` they are only in files. */
async function userEnv({ env, argv }: HostProcess, clearEnv: boolean): Promise<Env> {
  const platformDir = env.CNB_PLATFORM_DIR || argv.at(-2);
  const given = platformDir ? await textsIn(join(platformDir, "env")) : {};
  return settingsEnv(toolEnv(env, new Set()), await userSettings(given, clearEnv), clearEnv);
}

async function loadModule(modules: BuildpackModules, id: string, kind: ModuleKind): Promise<Buildpack | Extension> {
  const load = Object.hasOwn(modules, id) ? modules[id] : undefined;
  if (load !== undefined) return checkModule((await callAuthor(load)).default, id, kind);
  throw new LibcnbError("BUILDPACK_UNKNOWN", `this executable does not contain the ${kind} ${JSON.stringify(id)}`, {
    cause: `it contains ${Object.keys(modules).sort().join(", ")}`,
    hint: `Package the ${kind} again.`,
  });
}

const functionsOf = { buildpack: ["detect", "build"], extension: ["generate"] } as const;
const definitions = {
  buildpack: "defineBuildpack({ detect, build })",
  extension: "defineExtension({ detect, generate })",
};

function checkModule(exported: unknown, id: string, kind: ModuleKind): Buildpack | Extension {
  const missing = functionsOf[kind].filter(
    (name) => typeof (exported as Partial<Record<string, unknown>> | undefined)?.[name] !== "function",
  );
  if (missing.length === 0) return exported as Buildpack | Extension;
  throw new LibcnbError(
    "BUILDPACK_INVALID",
    `the default export of the ${kind} ${id} has no function ${missing.join(" and no function ")}`,
    {
      hint: `Write \`export default ${definitions[kind]}\`.`,
    },
  );
}

/**
 * The buildpacks and extensions in an executable, by id. Only the buildpack or extension that is
 * called is loaded.
 */
export type BuildpackModules = Readonly<Record<string, () => Promise<{ readonly default: Buildpack | Extension }>>>;
