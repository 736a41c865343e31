import { existsSync, globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { type ToolCache, toolCache } from "@libcnb/app-kit/keep/tool-cache";
import { override, type RunTool } from "libcnb";
import { maskSecrets } from "libcnb/kit";
import type { Artifact, BuildTool, DependencyGraph, Project, Variables, Work } from "../build-tool.ts";
import type { Context } from "../config.ts";
import type { Package } from "../sbom/package.ts";
import { packagesOf } from "../sbom/packages.ts";
import type { Task } from "../task.ts";
import { type Candidate, candidateOf, chooseArtifact } from "./choose.ts";
import { applicationKeyOf, sourceDigests, whyBuilt } from "./key.ts";
import { applicationLayer, cacheLayer, contentsIn, readNotes, sbomRequestLayer, writeNotes } from "./layers.ts";
import { layOut } from "./unpack.ts";

/** The artifact of this build or of an earlier one. */
export interface Application {
  /** The absolute path of a directory whose whole content is copied into the app's directory. */
  readonly dir: string;
  readonly packages: readonly Package[] | undefined;
}

/**
 * Builds the app, or reuses the artifact of the last build if neither the source nor another input
 * has changed.
 */
export async function provideApplication(context: Context, task: Task, workDir: string): Promise<Application> {
  const { app, config, layers, log, target } = context;
  const { adapter, project, tool } = task;
  const cache = await provideCache(context, adapter.title);
  const source = await sourceDigests(app, project.outputs);
  const { path, state } = await layers.provide(applicationLayer, {
    metadata: applicationKeyOf(project, { title: adapter.title, tool, source, target }),
    quiet: true,
    reject: ({ path }) =>
      config.BP_JAVA_ALWAYS_BUILD ? "BP_JAVA_ALWAYS_BUILD is set" : (project.mustBuild ?? staleness(path)),
    async create({ path, reason }) {
      log.step(`Building with ${adapter.title} (${whyBuilt(reason)})`);
      await makeApplication(context, task, { path, workDir, cache });
    },
  });
  const notes = readNotes(path);
  if (state === "restored")
    log.step(`Reusing the result of the last build: nothing that affects ${notes?.artifact} has changed`);
  const packages = config.BP_DISABLE_SBOM ? undefined : notes?.packages;
  if (packages !== undefined)
    await layers.provide(sbomRequestLayer, { create() {}, env: () => ({ build: sbomRequest }) });
  return { dir: contentsIn(path), packages };
}

/**
 * Makes the buildpack that starts the app list the jars, if the build tool did not report its
 * dependencies.
 */
const sbomRequest = { BPI_JVM_APPLICATION_SBOM: override("true") };

/** Why what an earlier build made is not good enough although its source is the same. */
function staleness(path: string): string | undefined {
  const notes = readNotes(path);
  if (notes === undefined || !existsSync(contentsIn(path))) return "the result of the last build is incomplete";
  const [changing] = notes.changing;
  return changing === undefined ? undefined : `${changing} is a snapshot, and there may be a newer one`;
}

/** Provides the cache of a tool's downloads. */
async function provideCache({ layers, log }: Context, title: string): Promise<ToolCache> {
  const { path } = await layers.provide(cacheLayer, { metadata: { tool: title }, quiet: true, create() {} });
  return toolCache(path, { title, bytes: 3_000_000_000, words: "3 GB" }, log);
}

/** The directories of a build. */
interface Making {
  /** The layer's directory. */
  readonly path: string;
  readonly workDir: string;
  readonly cache: ToolCache;
}

/** Runs the tool, and lays out its artifact. */
async function makeApplication(context: Context, task: Task, making: Making): Promise<void> {
  const { app, buildpack, config, log, run } = context;
  const { adapter, project, tool } = task;
  for (const output of project.outputs) rmSync(app.path(output), { recursive: true, force: true });
  const location = { project, tool, home: making.cache.dir, workDir: making.workDir, buildpackDir: buildpack.dir };
  const env = { ...tool.env, ...adapter.environment?.(location) };
  const work: Work = { ...location, log, run: runIn(run, app.path(project.dir), env, project.secrets) };
  const { artifacts, graph } = await adapter.build(work);
  const [artifact, ...others] = await chosen(adapter, project, artifacts);
  for (const each of [artifact, ...others]) await layOut(app, each, contentsIn(making.path), others.length > 0);
  log.info(`The image contains ${[artifact, ...others].map(({ path }) => path).join(", ")}`);
  const packages = config.BP_DISABLE_SBOM ? undefined : graph && (await packagesOf(graph, moduleOf(artifact, graph)));
  await writeNotes(making.path, notesOf(artifact, graph, packages));
  making.cache.trim();
}

/** The artifacts for the image: the first one, and those that a variable names in addition. */
async function chosen(adapter: BuildTool, { app, dir, settings }: Project, artifacts: readonly Artifact[]) {
  const { title, name } = adapter;
  const [artifactSetting, moduleSetting] = settingNames[name];
  const [patterns, module] = [settings[artifactSetting], settings[moduleSetting]?.replace(/^\.?\/|\/$/g, "")];
  const named = patterns?.trim() ? namedArtifacts(app.dir, dir, patterns) : undefined;
  const found = named ?? artifacts.filter((each) => module === undefined || each.module === module);
  const candidates = await Promise.all(found.map((artifact) => candidateOf(app, artifact)));
  const asked = { artifact: patterns?.trim() || undefined, module: settings[moduleSetting] };
  const words = { title, artifactSetting, moduleSetting, dir, ...asked };
  const several = named !== undefined && candidates.length > 1 && /\s/.test(patterns?.trim() ?? "");
  return several ? (candidates as [Candidate, ...Candidate[]]) : ([chooseArtifact(candidates, words)] as const);
}
const settingNames = {
  maven: ["BP_MAVEN_BUILT_ARTIFACT", "BP_MAVEN_BUILT_MODULE"],
  gradle: ["BP_GRADLE_BUILT_ARTIFACT", "BP_GRADLE_BUILT_MODULE"],
} as const;

/** The module whose directory the artefact is in, the innermost. */
function moduleOf({ path, module }: Artifact, { modules }: DependencyGraph): string {
  if (modules.some(({ dir }) => dir === module && dir !== "")) return module;
  const around = modules.map(({ dir }) => dir).filter((dir) => dir !== "" && path.includes(`${dir}/`));
  return around.toSorted((a, b) => b.length - a.length)[0] ?? "";
}

function notesOf({ path }: Artifact, graph: DependencyGraph | undefined, packages: readonly Package[] | undefined) {
  const resolved = graph?.modules.flatMap((each) => each.resolved) ?? [];
  const changing = resolved.filter(({ version, isModule }) => !isModule && version.endsWith("-SNAPSHOT"));
  return { artifact: path, ...defined({ packages }), changing: [...new Set(changing.map(({ id }) => id))] };
}

/** The files and directories below `root` that match blank-separated patterns, each once. */
const namedFiles = (root: string, patterns: string): readonly string[] =>
  [
    ...new Set(
      patterns
        .split(/\s+/)
        .filter(Boolean)
        .flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted()),
    ),
  ].filter((path) => !/^(?:\/|\.\.(?:\/|$))/.test(path));
/** The kind of a file, by its name. */
function kindOf(path: string): Artifact["kind"] {
  if (statSync(path).isDirectory()) return "folder";
  return /\.(?:zip|tar|tar\.gz|tgz|tar\.bz2)$/.test(path) ? "distribution" : "archive";
}

/** @param dir the project's directory */
const namedArtifacts = (appDir: string, dir: string, patterns: string): readonly Artifact[] =>
  namedFiles(join(appDir, dir), patterns).map((name) => ({
    path: join(dir, name),
    kind: kindOf(join(appDir, dir, name)),
    module: "",
  }));
/**
 * Creates a runner in a directory, with variables, that hides secrets in the output of tools, also
 * from listeners.
 */
const runIn =
  (run: RunTool, cwd: string, env: Variables, secrets: readonly string[]): RunTool =>
  (tool, args, { onLine, ...options } = {}) =>
    run(tool, args, {
      cwd,
      ...options,
      env: { ...env, ...options.env },
      secrets: [...secrets, ...(options.secrets ?? [])],
      ...defined({ onLine: onLine && ((line, stream) => onLine(maskSecrets(line, secrets), stream)) }),
    });
