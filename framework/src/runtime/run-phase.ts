import { join } from "node:path";
import type { Buildpack } from "../buildpack.ts";
import type { Env } from "../env/apply.ts";
import { LibcnbError } from "../errors.ts";
import type { HostProcess } from "../host/host-process.ts";
import { textAt, textsIn } from "../host/read.ts";
import { textLogger } from "../logger/text-logger.ts";
import { checkBuildpackApi } from "../spec/api-version.ts";
import { type BuildpackToml, decodeApi, decodeBuildpackToml } from "../spec/buildpack-toml.ts";
import { callAuthor } from "./author-code.ts";
import { detectPhase } from "./detect-phase.ts";
import { buildInputs, detectInputs, phaseCall } from "./inputs.ts";
import type { BuildpackModules } from "./main.ts";
import { realPorts } from "./ports.ts";
import { reportError, type Scene } from "./report-error.ts";
import { toolEnv } from "./tool-env.ts";

/** "Detection failed": the buildpack does not apply. No error ever has this exit code. */
const detectFailed = 100;

/** Runs the phase a process was started for, and gives its exit code. Errors are shown on standard error. */
export async function runPhase(buildpacks: BuildpackModules, process: HostProcess, scene: Scene = {}): Promise<number> {
  try {
    const { phase, buildpackDir } = phaseCall(process);
    const descriptor = await readDescriptor(buildpackDir);
    const log = textLogger(process, await logEnv(process));
    const { id, version, homepage } = descriptor.buildpack;
    scene.where = {
      phase,
      log,
      buildpack: { id, version, homepage, dir: buildpackDir, metadata: descriptor.metadata },
    };
    const buildpack = await loadBuildpack(buildpacks, id);
    scene.onError = buildpack.onError?.bind(buildpack);
    const host = { ...realPorts, appDir: process.cwd, buildpackDir, descriptor, env: process.env, log };
    if (phase === "detect")
      return (await detectPhase(buildpack, detectInputs(process), host)).outcome === "pass" ? 0 : detectFailed;
    // loaded late: detect provides no layers
    const { buildPhase } = await import("./build-phase.ts");
    await buildPhase(buildpack, buildInputs(process), host);
    return 0;
  } catch (error) {
    return await reportError(error, scene, process);
  }
}

/** What the user sets for the log; with `clear-env` it is in files only. */
async function logEnv({ env, argv }: HostProcess): Promise<Env> {
  const platformDir = env.CNB_PLATFORM_DIR || argv.at(-2);
  return { ...toolEnv(env, {}), ...(platformDir && (await textsIn(join(platformDir, "env")))) };
}

/** Reads buildpack.toml: the API first, as a newer one may have another form. */
export async function readDescriptor(buildpackDir: string): Promise<BuildpackToml> {
  const file = join(buildpackDir, "buildpack.toml");
  const text = await textAt(file);
  if (text === undefined) {
    throw new LibcnbError("INPUT_MISSING", `there is no ${file}`, {
      hint: "Set CNB_BUILDPACK_DIR to the directory of the buildpack.",
    });
  }
  checkBuildpackApi(decodeApi(text, file), file);
  return decodeBuildpackToml(text, file);
}

async function loadBuildpack(buildpacks: BuildpackModules, id: string): Promise<Buildpack> {
  const load = Object.hasOwn(buildpacks, id) ? buildpacks[id] : undefined;
  if (load !== undefined) return checkBuildpack((await callAuthor(load)).default, id);
  throw new LibcnbError("BUILDPACK_UNKNOWN", `this executable does not contain the buildpack ${JSON.stringify(id)}`, {
    cause: `it contains ${Object.keys(buildpacks).sort().join(", ")}`,
    hint: "Package the buildpack again.",
  });
}

function checkBuildpack(exported: Partial<Buildpack> | undefined, id: string): Buildpack {
  const missing = (["detect", "build"] as const).filter((name) => typeof exported?.[name] !== "function");
  if (missing.length === 0) return exported as Buildpack;
  throw new LibcnbError(
    "BUILDPACK_INVALID",
    `the default export of the buildpack ${id} has no ${missing.join(", no ")}`,
    {
      hint: "Write `export default defineBuildpack({ detect, build })`.",
    },
  );
}
