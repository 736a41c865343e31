import { join } from "node:path";
import type { Buildpack } from "../buildpack.ts";
import { exitCodeOf, LibcnbError, renderError } from "../errors.ts";
import type { HostProcess } from "../host/host-process.ts";
import { textAt } from "../host/read.ts";
import { textLogger } from "../logger/text-logger.ts";
import { checkBuildpackApi } from "../spec/api-version.ts";
import { type BuildpackToml, decodeApi, decodeBuildpackToml } from "../spec/buildpack-toml.ts";
import { detectPhase } from "./detect-phase.ts";
import { buildInputs, detectInputs, phaseCall } from "./inputs.ts";
import type { BuildpackModules } from "./main.ts";
import { realPorts } from "./ports.ts";
import { toolEnv } from "./tool-env.ts";

/** "Detection failed": the buildpack does not apply. No error ever has this exit code. */
const detectFailed = 100;

/** Runs the phase a process was started for, and gives its exit code. Errors are shown on standard error. */
export async function runPhase(buildpacks: BuildpackModules, process: HostProcess): Promise<number> {
  try {
    const { phase, buildpackDir } = phaseCall(process);
    const descriptor = await readDescriptor(buildpackDir);
    const buildpack = await loadBuildpack(buildpacks, descriptor.buildpack.id);
    const log = textLogger(process, toolEnv(process.env, {}));
    const host = { ...realPorts, appDir: process.cwd, buildpackDir, descriptor, env: process.env, log };
    if (phase === "detect")
      return (await detectPhase(buildpack, detectInputs(process), host)).outcome === "pass" ? 0 : detectFailed;
    // loaded late: detect provides no layers
    const { buildPhase } = await import("./build-phase.ts");
    await buildPhase(buildpack, buildInputs(process), host);
    return 0;
  } catch (error) {
    process.err(renderError(error));
    return exitCodeOf(error);
  }
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
  if (load !== undefined) return (await load()).default;
  throw new LibcnbError("BUILDPACK_UNKNOWN", `this executable does not contain the buildpack ${JSON.stringify(id)}`, {
    cause: `it contains ${Object.keys(buildpacks).sort().join(", ")}`,
    hint: "Package the buildpack again.",
  });
}
