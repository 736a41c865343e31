import { rmSync } from "node:fs";
import type { ToolCache } from "@libcnb/app-kit/keep/tool-cache";
import type { Artifact, BuildTool, DependencyGraph, Project, Work } from "../build-tool.ts";
import type { Context } from "../config.ts";
import type { Package } from "../sbom/package.ts";
import { packagesOf } from "../sbom/packages.ts";
import type { Task } from "../task.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import { chooseArtifact } from "./choose.ts";
import { namedArtifacts } from "./named.ts";
import { contentsIn, writeNotes } from "./notes.ts";
import { runIn } from "./run-in.ts";
import { layOut } from "./unpack.ts";

/** The directories of a build. */
export interface Making {
  /** The layer's folder. */
  readonly path: string;
  readonly workDir: string;
  readonly cache: ToolCache;
}

/** Runs the tool, and lays out its artifact. */
export async function makeApplication(context: Context, task: Task, making: Making): Promise<void> {
  const { app, buildpack, config, log, run } = context;
  const { adapter, project, tool } = task;
  for (const output of project.outputs) rmSync(app.path(output), { recursive: true, force: true });
  const location = { project, tool, home: making.cache.dir, workDir: making.workDir, buildpackDir: buildpack.dir };
  const env = { ...tool.env, ...adapter.environment?.(location) };
  const work: Work = { ...location, log, run: runIn(run, app.path(project.dir), env, project.secrets) };
  const { artifacts, graph } = await adapter.build(work);
  const [artifact, ...others] = await chosen(adapter, project, artifacts);
  for (const each of [artifact, ...others]) await layOut(app, each, contentsIn(making.path), others.length > 0);
  log.info(`The image holds ${[artifact, ...others].map(({ path }) => path).join(", ")}`);
  const packages = config.BP_DISABLE_SBOM ? undefined : graph && (await packagesOf(graph, moduleOf(artifact, graph)));
  await writeNotes(making.path, notesOf(artifact, graph, packages));
  making.cache.trim();
}

/** What the image is to hold: the first thing, with what else a variable names. */
async function chosen(adapter: BuildTool, { app, dir, settings }: Project, artifacts: readonly Artifact[]) {
  const { title, name } = adapter;
  const [artifactSetting, moduleSetting] = settingNames[name];
  const words = { title, artifactSetting, moduleSetting };
  const [patterns, module] = [settings[artifactSetting], settings[moduleSetting]?.replace(/^\.?\/|\/$/g, "")];
  const named = patterns?.trim() ? namedArtifacts(app.dir, dir, patterns) : undefined;
  const found = named ?? artifacts.filter((each) => module === undefined || each.module === module);
  const candidates = await Promise.all(found.map((artifact) => candidateOf(app, artifact)));
  const several = named !== undefined && candidates.length > 1 && /\s/.test(patterns?.trim() ?? "");
  return several ? (candidates as [Candidate, ...Candidate[]]) : ([chooseArtifact(candidates, words)] as const);
}

const settingNames = {
  maven: ["BP_MAVEN_BUILT_ARTIFACT", "BP_MAVEN_BUILT_MODULE"],
  gradle: ["BP_GRADLE_BUILT_ARTIFACT", "BP_GRADLE_BUILT_MODULE"],
} as const;

/** The module whose folder the artefact is in, the innermost. */
function moduleOf({ path, module }: Artifact, { modules }: DependencyGraph): string {
  if (modules.some(({ dir }) => dir === module && dir !== "")) return module;
  const around = modules.map(({ dir }) => dir).filter((dir) => dir !== "" && path.includes(`${dir}/`));
  return around.toSorted((a, b) => b.length - a.length)[0] ?? "";
}

function notesOf({ path }: Artifact, graph: DependencyGraph | undefined, packages: readonly Package[] | undefined) {
  const resolved = graph?.modules.flatMap((each) => each.resolved) ?? [];
  const changing = resolved.filter(({ version, isModule }) => !isModule && version.endsWith("-SNAPSHOT"));
  return { artifact: path, ...(packages && { packages }), changing: [...new Set(changing.map(({ id }) => id))] };
}
