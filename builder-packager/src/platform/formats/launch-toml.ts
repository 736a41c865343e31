import * as v from "valibot";
import { defined, unlessEmpty } from "../../defined.ts";
import { type Limit, limits } from "../../limits.ts";
import { anyCaseObject } from "../../schema.ts";
import { minorOf } from "./descriptor.ts";
import { goGlob } from "./glob.ts";
import { anyTomlTable, decodeToml, type TomlTable } from "./toml.ts";

const process = anyCaseObject({
  type: v.optional(v.string(), ""),
  command: v.optional(v.unknown()),
  args: v.optional(v.array(v.string())),
  direct: v.optional(v.boolean()),
  default: v.optional(v.boolean(), false),
  "working-dir": v.optional(v.string(), ""),
  "exec-env": v.optional(v.array(v.string()), []),
});

const bomEntry = anyCaseObject({
  name: v.optional(v.string(), ""),
  version: v.optional(v.string(), ""),
  metadata: v.optional(anyTomlTable),
});

const launchSchema = anyCaseObject({
  bom: v.optional(v.array(bomEntry), []),
  labels: v.optional(
    v.array(anyCaseObject({ key: v.optional(v.string(), ""), value: v.optional(v.string(), "") })),
    [],
  ),
  processes: v.optional(v.array(process), []),
  slices: v.optional(v.array(anyCaseObject({ paths: v.optional(v.array(v.string())) })), []),
});

const buildSchema = anyCaseObject({
  bom: v.optional(v.array(bomEntry), []),
  unmet: v.optional(v.array(anyCaseObject({ name: v.optional(v.string(), "") })), []),
});

/**
 * A process of the image. The image's labels distinguish a missing `args` from `args = []`, as Go
 * distinguishes nil slices from empty ones.
 */
export interface Process {
  readonly type: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly direct: boolean;
  readonly isDefault: boolean;
  readonly buildpackId: string;
  readonly workingDir?: string;
  readonly execEnv?: readonly string[];
}

export interface Label {
  readonly key: string;
  readonly value: string;
}

/** The glob patterns of one slice of the app directory. A slice without `paths` matches nothing. */
export interface Slice {
  readonly paths?: readonly string[];
}

/** An entry of the unstructured BOM (`[[bom]]`), the predecessor of SBOM files. */
export interface BomEntry {
  readonly name: string;
  readonly metadata?: TomlTable | undefined;
}

export interface LaunchToml {
  readonly bom: readonly BomEntry[];
  readonly labels: readonly Label[];
  readonly processes: readonly Process[];
  readonly slices: readonly Slice[];
}

/**
 * Decodes a buildpack's launch.toml by the rules of the buildpack's API. Throws if the lifecycle
 * would refuse the file.
 */
export function parseLaunchToml(
  text: string,
  { file, api, buildpackId }: { readonly file: string; readonly api: string; readonly buildpackId: string },
): LaunchToml {
  const launch = decodeToml(launchSchema, text, file);
  refuseBom(launch.bom, file);
  checkCounts(launch, file);
  for (const pattern of launch.slices.flatMap(({ paths = [] }) => paths)) checkPattern(pattern, file);
  if (launch.processes.filter((entry) => entry.default).length > 1)
    throw new Error(`${file}: multiple default process types aren't allowed`);
  const processes = launch.processes.map((entry) => toProcess(entry, { file, api, buildpackId }));
  const bom = launch.bom.map(({ name, metadata }) => ({ name, metadata }));
  return { bom, labels: launch.labels, processes, slices: launch.slices.map(({ paths }) => (paths ? { paths } : {})) };
}

function checkCounts({ labels, processes, slices }: v.InferOutput<typeof launchSchema>, file: string): void {
  const patterns = slices.reduce((count, { paths = [] }) => count + paths.length, 0);
  checkCount(labels.length, limits.labels, `${file}: [[labels]]`);
  checkCount(processes.length, limits.processes, `${file}: [[processes]]`);
  checkCount(slices.length, limits.slices, `${file}: [[slices]]`);
  checkCount(patterns, limits.slicePatterns, `${file}: [[slices]]`);
}

function checkCount(count: number, { most, unit }: Limit, what: string): void {
  if (count > most) throw new Error(`${what} has ${count} ${unit}, but at most ${most} are allowed`);
}

/**
 * Refuses a malformed pattern and names its file. The lifecycle finds it only at export, and does
 * not report which buildpack wrote it.
 */
function checkPattern(pattern: string, file: string): void {
  const bytes = Buffer.byteLength(pattern);
  if (bytes > limits.patternBytes.most)
    throw new Error(
      `${file}: a pattern in [[slices]] has ${bytes} bytes, but at most ${limits.patternBytes.most} are allowed`,
    );
  try {
    goGlob(pattern);
  } catch (cause) {
    throw new Error(`${file}: [[slices]]: ${(cause as Error).message}`, { cause });
  }
}

function toProcess(
  entry: v.InferOutput<typeof process>,
  context: { file: string; api: string; buildpackId: string },
): Process {
  return {
    type: processType(entry.type, context.file),
    command: commandOf(entry, context),
    ...defined({ args: entry.args }),
    direct: minorOf(context.api) >= 9 || (entry.direct ?? false),
    isDefault: entry.default,
    buildpackId: context.buildpackId,
    ...defined({
      workingDir: entry["working-dir"] && minorOf(context.api) >= 8 ? entry["working-dir"] : undefined,
      execEnv: unlessEmpty(entry["exec-env"]),
    }),
  };
}

/**
 * Checks a process type, and names the file in the error. The lifecycle finds an invalid type only
 * at export.
 */
function processType(type: string, file: string): string {
  if (type === "") throw new Error(`${file}: type is required for all processes`);
  // Each is a file of /cnb/process in the image.
  if (/^\.{1,2}$|\p{Cc}/u.test(type) || Buffer.byteLength(type) > limits.processType.most)
    throw new Error(
      `${file}: process type ${JSON.stringify(type).slice(0, 300)} cannot be a file name in /cnb/process`,
    );
  if (/[/><:|&\\]/.test(type)) throw new Error(`${file}: process type '${type}' may not contain characters '/><:|&\\'`);
  return type;
}

/**
 * The command: a list since API 0.9, a string before. Since 0.9, `direct` is refused whatever its
 * value.
 */
function commandOf(
  { command, direct, type }: v.InferOutput<typeof process>,
  { file, api }: { file: string; api: string },
): readonly string[] {
  if (minorOf(api) < 9) {
    if (typeof command === "string") return [command];
    throw new Error(`${file}: process ${type}: command must be a string in API ${api}`);
  }
  if (direct !== undefined) throw new Error(`${file}: process ${type}: direct must not be set in API ${api}`);
  if (v.is(v.array(v.string()), command) && command.length > 0) return command;
  throw new Error(`${file}: process ${type}: command must be a list with at least one string`);
}

/**
 * Decodes build.toml. Returns the names of the unmet plan entries, which later buildpacks may still
 * meet.
 */
export function parseBuildToml(text: string, file: string): readonly string[] {
  const build = decodeToml(buildSchema, text, file);
  refuseBom(build.bom, file);
  checkCount(build.unmet.length, limits.unmet, `${file}: [[unmet]]`);
  return build.unmet.map(({ name }) => name);
}

/** Returns the plan entries that a buildpack met: all except those that it lists as unmet. */
export function metNames(requested: readonly string[], unmet: readonly string[]): readonly string[] {
  if (unmet.includes("")) throw new Error("build.toml: an entry of [[unmet]] has no name");
  const known = new Set(requested);
  const unknown = unmet.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`build.toml: [[unmet]] names '${unknown}', which is not a requested dependency`);
  const left = new Set(unmet);
  return requested.filter((name) => !left.has(name));
}

function refuseBom(bom: readonly { name: string; version: string }[], file: string): void {
  const versioned = bom.find(({ version }) => version !== "");
  if (versioned) throw new Error(`${file}: bom entry '${versioned.name}' has a top level version which is not allowed`);
}
