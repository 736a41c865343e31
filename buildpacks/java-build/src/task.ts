import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "@libcnb/java-app/project-dir";
import { type Env, UserError } from "libcnb";
import type { BuildTool, Jdk, Project, Tool, ToolChoice, ToolName } from "./build-tool.ts";
import { chooseTool } from "./choice.ts";
import type { Context } from "./config.ts";

/** The project to build, and the build tool. */
export interface Task {
  readonly choice: ToolChoice;
  readonly adapter: BuildTool;
  readonly project: Project;
  readonly tool: Tool;
}

/** Determines the project to build, and provides the build tool. */
export async function readTask(context: Context): Promise<Task> {
  const { app, bindings, config: settings, env } = context;
  const dir = await projectDir(app, settings.BP_JAVA_PROJECT_PATH);
  const choice = await chooseTool(app, dir, settings);
  const adapter = await buildTool(choice.name);
  const project = await adapter.read({ app, dir, env, settings, bindings, choice, jdk: await readJdk(env) });
  const tool = await adapter.provide(context, project);
  return { choice, adapter, project, tool };
}

/** The adapter of a tool; loaded on demand, because a build needs only one. */
const buildTool = (name: ToolName): Promise<BuildTool> => adapters[name]();
const adapters = {
  maven: async () => (await import("./maven/maven.ts")).maven,
  gradle: async () => (await import("./gradle/gradle.ts")).gradle,
} as const satisfies Readonly<Record<ToolName, () => Promise<BuildTool>>>;

/**
 * Reads the JDK of an earlier buildpack from its `release` file, which needs no start of Java.
 *
 * @throws UserError JDK_MISSING
 */
async function readJdk({ JAVA_HOME: home }: Env): Promise<Jdk> {
  const text = home === undefined ? "" : await readFile(join(home, "release"), "utf8").catch(() => "");
  const version = /^JAVA_VERSION="?([^"\r\n]+)/m.exec(text)?.[1];
  if (home === undefined || version === undefined)
    throw new UserError("JDK_MISSING", "the build has no JDK", {
      cause:
        home === undefined ? "JAVA_HOME is not set" : `${join(home, "release")} does not exist or has no JAVA_VERSION`,
      hint: "In the builder's order, put a buildpack that provides a JDK before this one, such as libcnb/java-engine.",
    });
  return { version, feature: featureOf(version), home };
}

/** 17 of `17.0.21`, 8 of `1.8.0_492`. */
const featureOf = (version: string): number => Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
