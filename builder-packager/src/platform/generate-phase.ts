import { chown, cp, mkdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { checkDockerfile } from "libcnb";
import {
  dockerfileFacts,
  executionEnv,
  type Group,
  type GroupElement,
  nameOf,
  type PlanEntry,
  planFor,
  withoutMet,
} from "libcnb/platform";
import { decodeExtendConfigToml, escapeBuildpackId as escapeId, lifecycleArguments } from "libcnb/spec";
import { CnbError } from "../errors.ts";
import type { Reporter } from "../reporter.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import type { Require } from "./build-plan.ts";
import type { BuildRoom } from "./build-room.ts";
import { type BuildpackDescriptor, minorOf } from "./descriptor.ts";
import type { BuildTarget, LookUp } from "./detect-phase.ts";
import type { ExtendedKind, GeneratedDockerfile } from "./generated.ts";
import { writeGoToml } from "./go-toml.ts";
import { outputLines } from "./output-lines.ts";
import { memberDir } from "./paths.ts";
import { type SandboxFiles, sandboxFiles } from "./sandbox-files.ts";
import { targetVariables } from "./target.ts";
import { buildOwner } from "./work-dir.ts";

export interface GenerateInputs {
  /** The extensions that take part, in order. */
  readonly extensions: Group;
  readonly plan: readonly PlanEntry<Require>[];
  readonly lookUp: LookUp;
  readonly build: BuildTarget;
  readonly reporter: Reporter;
}

export interface Generated {
  /** In the order of the extensions. */
  readonly dockerfiles: readonly GeneratedDockerfile[];
  /** Without what extensions provide: all of that counts as met. */
  readonly plan: readonly PlanEntry<Require>[];
}

/**
 * Lets each extension make its Dockerfiles (specification of image extensions, phase 3).
 *
 * @throws CnbError EXTENSION_FAILED, EXTENSION_OUTPUT_INVALID.
 */
export async function generatePhase(room: BuildRoom, inputs: GenerateInputs): Promise<Generated> {
  const dockerfiles: GeneratedDockerfile[] = [];
  let { plan } = inputs;
  for (const extension of inputs.extensions) {
    const requested = planFor(plan, extension);
    const output = await generate(room, extension, requested, inputs);
    dockerfiles.push(...(await readOutput(room, extension, output, inputs.reporter)));
    const met = requested.map(({ name }) => name);
    plan = withoutMet(plan, met);
  }
  return { dockerfiles, plan };
}

/** A place whose files are looked at as the sandbox sees them: a link out of it must not lead into the machine. */
interface OutputPlace {
  readonly files: SandboxFiles;
  readonly dir: string;
}

/** Without a bin/generate the Dockerfiles lie ready. */
async function generate(
  room: BuildRoom,
  extension: GroupElement,
  requested: readonly Require[],
  inputs: GenerateInputs,
): Promise<OutputPlace> {
  const dir = memberDir(extension);
  if (!(await room.files.find(`${dir}/bin/generate`))) return { files: room.files, dir: `${dir}/generate` };
  inputs.reporter.step(`Generating with ${nameOf(extension)}`);
  const name = escapeId(extension.id);
  const made = join(room.work.layers, "generated", name);
  const owner = buildOwner(room.builder);
  for (const path of [join(room.work.layers, "generated"), made]) {
    await mkdir(path, { recursive: true });
    if (owner) await chown(path, owner.uid, owner.gid);
  }
  await runGenerate(room, extension, requested, `${room.work.inside.layers}/generated/${name}`, inputs);
  return putAside(room, made, name);
}

/** Buildpacks must not change what was generated, nor find it among their layers. */
async function putAside({ work, rootfs }: BuildRoom, made: string, name: string): Promise<OutputPlace> {
  const parent = join(work.dir, "generated");
  await mkdir(parent, { recursive: true });
  await moveTree(made, join(parent, name));
  await rmdir(join(work.layers, "generated"));
  const dir = `${work.inside.layers}/generated/${name}`;
  return { files: sandboxFiles(rootfs, [{ source: join(parent, name), target: dir }]), dir };
}

/** In a container of the builder `/layers` may be a volume of its own. */
async function moveTree(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
    await removeTree(from);
  }
}

async function runGenerate(
  room: BuildRoom,
  extension: GroupElement,
  requested: readonly Require[],
  output: string,
  { lookUp, build, reporter }: GenerateInputs,
): Promise<void> {
  const descriptor = await lookUp(extension);
  const dir = memberDir(extension);
  const text = requested.length === 0 ? "" : writeGoToml({ entries: requested });
  const planPath = await room.temporaryFile(`${escapeId(extension.id)}-`, "plan.toml", text);
  const lines = outputLines(reporter.output);
  const code = await room.run({
    command: [`${dir}/bin/generate`, output, room.work.inside.platform, planPath],
    env: executionEnv(room.variables, {
      platform: room.platformEnv,
      operator: room.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: generateVariables(descriptor, { dir, output, planPath, platform: room.work.inside.platform }, build),
    }),
    appWritable: false,
    onOutput: lines.write,
  });
  lines.end();
  if (code === 0) return;
  throw new CnbError("EXTENSION_FAILED", `extension ${nameOf(extension)} failed with exit code ${code}`, {
    hint: "Its output above says why.",
  });
}

/** The lifecycle does not tell generate the execution environment (spec row X20). */
const generateVariables = (
  { api }: BuildpackDescriptor,
  paths: Readonly<Record<"dir" | "output" | "planPath" | "platform", string>>,
  { target }: BuildTarget,
): Record<string, string> => ({
  CNB_BP_PLAN_PATH: paths.planPath,
  CNB_EXTENSION_DIR: paths.dir,
  CNB_OUTPUT_DIR: paths.output,
  CNB_PLATFORM_DIR: paths.platform,
  ...(minorOf(api) >= 10 ? targetVariables(target) : {}),
});

const kinds: readonly ExtendedKind[] = ["run", "build"];

async function readOutput(
  room: BuildRoom,
  extension: GroupElement,
  { files, dir }: OutputPlace,
  reporter: Reporter,
): Promise<readonly GeneratedDockerfile[]> {
  const config = await readConfig(files, `${dir}/extend-config.toml`, extension);
  const contexts = await readContexts(files, dir, extension);
  const dockerfiles: GeneratedDockerfile[] = [];
  for (const kind of kinds) {
    const text = await files.readText(`${dir}/${kind}.Dockerfile`);
    if (text === undefined) continue;
    checkText(text, kind, extension, reporter);
    const context = contexts[kind] ?? room.work.app;
    dockerfiles.push({ extension, kind, text, facts: dockerfileFacts(text), args: config[kind], context });
  }
  return dockerfiles;
}

function checkText(text: string, kind: ExtendedKind, extension: GroupElement, reporter: Reporter): void {
  const issues = checkDockerfile(text, kind).map((issue) => ({
    ...issue,
    text: `${kind}.Dockerfile:${issue.line}: ${issue.message}`,
  }));
  const errors = issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw invalidOutput(extension, errors.map((issue) => issue.text).join("\n  "));
  for (const issue of issues) reporter.debug(`${nameOf(extension)}: ${issue.text}`);
}

const invalidOutput = (extension: GroupElement, why: string, cause?: unknown): CnbError =>
  new CnbError(
    "EXTENSION_OUTPUT_INVALID",
    `extension ${nameOf(extension)} generated what cannot be applied\n  ${why}`,
    { cause, hint: "Tell the extension's author." },
  );

async function readConfig(files: SandboxFiles, file: string, extension: GroupElement) {
  const text = (await files.readText(file)) ?? "";
  const config = decodeConfig(text, extension);
  const names = kinds.flatMap((kind) => Object.keys(config[kind]));
  const reserved = names.filter((name) => name !== "base_image" && lifecycleArguments.includes(name));
  if (reserved.length === 0) return config;
  throw invalidOutput(extension, `extend-config.toml sets ${reserved.join(", ")}, which platforms set themselves`);
}

function decodeConfig(text: string, extension: GroupElement) {
  try {
    return decodeExtendConfigToml(text, "extend-config.toml");
  } catch (cause) {
    throw invalidOutput(extension, "extend-config.toml cannot be understood", cause);
  }
}

/** The contexts of the Dockerfiles that have one of their own; else it is the application. */
async function readContexts(
  files: SandboxFiles,
  dir: string,
  extension: GroupElement,
): Promise<Partial<Record<ExtendedKind, string>>> {
  const [shared, build, run] = await Promise.all(
    ["context", "context.build", "context.run"].map(async (name) => {
      const found = await files.find(`${dir}/${name}`);
      return found?.kind === "directory" ? found.hostPath : undefined;
    }),
  );
  if (shared && (build || run)) throw invalidOutput(extension, "it has a context beside context.build or context.run");
  const own = {
    ...((build ?? shared) ? { build: build ?? shared } : {}),
    ...((run ?? shared) ? { run: run ?? shared } : {}),
  };
  return own as Partial<Record<ExtendedKind, string>>;
}
