import { join } from "node:path";
import type { Buildpack } from "../buildpack.ts";
import { textAt } from "../host/read.ts";
import { inheritedPath, inTemporaryDirectory } from "../host/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../host/tree.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { buildPhase } from "../runtime/build-phase.ts";
import { detectPhase } from "../runtime/detect-phase.ts";
import { buildInputs, detectInputs } from "../runtime/inputs.ts";
import type { PhaseHost } from "../runtime/phase-context.ts";
import { realPorts } from "../runtime/ports.ts";
import { readDescriptor } from "../runtime/run-phase.ts";
import { decodeBuildPlan } from "../spec/build-plan.ts";
import { buildpackPlanToml } from "../spec/buildpack-plan.ts";
import { sbomMediaTypes } from "../spec/sbom-format.ts";
import type { Table } from "../spec/schema.ts";
import type { Target } from "../spec/target.ts";
import { stringifyToml } from "../spec/toml.ts";
import type { BuildGiven, BuildOutcome } from "./build.ts";
import type { DetectGiven, DetectOutcome } from "./detect.ts";
import type { FileMap } from "./file-map.ts";
import { restoredFiles } from "./restore.ts";

/** The buildpack's descriptor: the path of its directory, or parts of one made for the test. */
export type GivenBuildpack =
  | string
  | {
      readonly api?: string;
      readonly id?: string;
      readonly version?: string;
      readonly metadata?: Table;
      /** Default: all that the specification knows. */
      readonly sbomFormats?: readonly string[];
      /** Files of the buildpack's directory. */
      readonly files?: FileMap;
    };

// at these names below the temporary directory, and by these in results
const directories = ["app", "layers", "platform", "buildpack"] as const;

/** Runs detect on what is given. */
export async function runDetect(buildpack: Buildpack, given: DetectGiven): Promise<DetectOutcome> {
  return inTemporaryDirectory(async (root) => {
    const log = recordingLogger();
    const host = await prepare(root, given, {}, log);
    const result = await detectPhase(buildpack, detectInputs({ argv: [], env: host.env }), host);
    const lines = log.lines.map(nameDirectories(root));
    if (result.outcome === "fail") return { ...result, log: lines };
    // what the lifecycle would read, not what the buildpack returned
    const plan = decodeBuildPlan((await textAt(join(root, "plan.toml"))) ?? "", "plan.toml");
    return { outcome: "pass", plan, log: lines };
  });
}

/** Runs build on what is given. */
export async function runBuild(buildpack: Buildpack, given: BuildGiven): Promise<BuildOutcome> {
  return inTemporaryDirectory(async (root) => {
    const log = recordingLogger();
    const host = await prepare(root, given, given.inherited ?? {}, log);
    const entries = Object.entries(given.plan ?? {}).flatMap(([name, all]) =>
      all.map((metadata) => ({ name, metadata })),
    );
    await writeFileMap(root, { "plan.toml": buildpackPlanToml(entries) });
    await writeFileMap(join(root, "layers"), placeDirectories(root, restoredFiles(given.layers ?? {})));
    const result = await buildPhase(buildpack, buildInputs({ argv: [], env: host.env }), host);
    const rename = nameDirectories(root);
    const [layers, app] = await Promise.all([
      readFileMap(join(root, "layers"), rename),
      readFileMap(join(root, "app"), rename),
    ]);
    return { result, log: log.lines.map(rename), layers, app };
  });
}

async function prepare(
  root: string,
  given: DetectGiven,
  inherited: Readonly<Record<string, string>>,
  log: PhaseHost["log"],
): Promise<PhaseHost> {
  const { app = {}, env = {}, target = { os: "linux", arch: "amd64" }, execEnv, buildpack = {} } = given;
  await writeFileMap(join(root, "app"), app);
  await writeFileMap(join(root, "platform", "env"), env);
  await writeFileMap(join(root, "home"), {});
  const buildpackDir = typeof buildpack === "string" ? buildpack : join(root, "buildpack");
  if (typeof buildpack !== "string")
    await writeFileMap(buildpackDir, { ...buildpack.files, "buildpack.toml": buildpackToml(buildpack) });
  return {
    ...realPorts,
    appDir: join(root, "app"),
    buildpackDir,
    descriptor: await readDescriptor(buildpackDir),
    env: { ...inheritedPath(), HOME: join(root, "home"), ...inherited, ...env, ...lifecycleEnv(root, target, execEnv) },
    log,
  };
}

function lifecycleEnv(
  root: string,
  { os, arch, variant, distro }: Target,
  execEnv: string | undefined,
): Readonly<Record<string, string>> {
  return {
    CNB_PLATFORM_DIR: join(root, "platform"),
    CNB_LAYERS_DIR: join(root, "layers"),
    CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
    CNB_BP_PLAN_PATH: join(root, "plan.toml"),
    CNB_TARGET_OS: os,
    CNB_TARGET_ARCH: arch,
    ...(variant !== undefined && { CNB_TARGET_ARCH_VARIANT: variant }),
    ...(distro !== undefined && { CNB_TARGET_DISTRO_NAME: distro.name }),
    ...(distro?.version !== undefined && { CNB_TARGET_DISTRO_VERSION: distro.version }),
    ...(execEnv !== undefined && { CNB_EXEC_ENV: execEnv }),
  };
}

function buildpackToml(given: Exclude<GivenBuildpack, string>): string {
  const {
    api = "0.10",
    id = "test/buildpack",
    version = "1.0.0",
    metadata = {},
    sbomFormats = Object.values(sbomMediaTypes),
  } = given;
  return stringifyToml({ api, buildpack: { id, version, "sbom-formats": sbomFormats }, metadata });
}

const nameDirectories = (root: string) => (text: string) =>
  directories.reduce((named, directory) => named.replaceAll(join(root, directory), `<${directory}>`), text);

function placeDirectories(root: string, files: FileMap): Tree {
  const place = (text: string) =>
    directories.reduce((placed, directory) => placed.replaceAll(`<${directory}>`, join(root, directory)), text);
  return Object.fromEntries(
    Object.entries(files).map(([path, contents]) => [path, typeof contents === "string" ? place(contents) : contents]),
  );
}
