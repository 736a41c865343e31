import { makeWritable } from "@libcnb/app-kit/start/writable-paths";
import { jarComponents } from "@libcnb/java-app/jar-components";
import { type BuildContext, type BuildResult, type Logger, type Sbom, sboms, UserError } from "libcnb";
import { logProcess } from "libcnb/kit";
import { findApp } from "./app/find.ts";
import type { FoundApp } from "./app/found-app.ts";
import { classCount } from "./class-count.ts";
import { launchDistribution } from "./launch/distribution.ts";
import type { Launch } from "./launch/launch.ts";
import { launchQuarkus, launchUnpacked } from "./launch/unpacked.ts";
import { launchJar } from "./launch/whole-jar.ts";
import { type Project, readProject } from "./project.ts";
import type { Settings } from "./settings.ts";
import { springBootOf } from "./spring/boot.ts";
import { launchSpringBoot } from "./spring/launch.ts";
import type { Starts } from "./start.ts";
import { processesOf, provideStart } from "./start-layer.ts";
import { type ExplicitStart, explicitStart, startsOf } from "./starts.ts";
import { launchWar } from "./tomcat/launch.ts";

type Context = BuildContext<Settings>;

/** Determines the processes of the image, and creates the files that the processes need. */
export async function build(context: Context): Promise<BuildResult> {
  const { app, layers, log } = context;
  const project = await readProject(context);
  const explicit = explicitStart(project);
  const launch = await launched(explicit, project, context);
  const starts = await startsOf(explicit, launch, project);
  logStarts(starts, project, log);
  await makeWritable(app, context.config.BP_WRITABLE_PATHS, log);
  await provideStart(layers, starts, launch, launch === undefined ? 0 : await classCount(app, launch.code));
  return {
    processes: processesOf(starts, app),
    slices: launch?.slices ?? [],
    labels: launch?.labels ?? {},
    sbom: { launch: await sbomOf(project) },
  };
}

/**
 * Determines the default start of the app. It is needed even if the user names a command, for
 * example to unpack the app.
 */
async function launched(
  { web, isNone }: ExplicitStart,
  project: Project,
  context: Context,
): Promise<Launch | undefined> {
  try {
    const found = await findApp(project);
    // a WAR with a start command of the user does not need Tomcat
    if (found.kind === "war" && (isNone || (web !== undefined && !/\btomcat\b/.test(web.line)))) return undefined;
    return await launchOf(found, project, context);
  } catch (error) {
    if (error instanceof UserError && unneeded.has(error.code) && (web !== undefined || isNone)) return undefined;
    throw error;
  }
}

/** Error codes that are ignored if the user defines the start command. */
const unneeded = new Set(["JAVA_START_MISSING", "JAVA_ARCHIVES_SEVERAL", "JAVA_SCRIPTS_SEVERAL", "JAR_INVALID"]);

function logStarts(starts: Starts, { procfile }: Project, log: Logger): void {
  for (const warning of procfile?.warnings ?? []) log.warn(warning);
  for (const [type, start] of Object.entries(starts)) {
    logProcess({ type, ...start }, log);
    for (const warning of start.warnings ?? []) log.warn(warning);
  }
  if (starts["web"] === undefined && Object.keys(starts).length === 0)
    log.info("The image has no process: BP_JAVA_START is none");
}

/** The SBOM of the app's jars, unless an earlier buildpack has recorded its dependencies. */
async function sbomOf({ app, hasSbom, settings }: Project): Promise<readonly Sbom[]> {
  if (hasSbom || settings.BP_DISABLE_SBOM) return [];
  const { subject, components } = await jarComponents(app.dir);
  return components.length === 0 && subject === undefined ? [] : sboms(components, { subject });
}

/** Determines the launch settings of an app. */
async function launchOf(found: FoundApp, project: Project, context: BuildContext<Settings>): Promise<Launch> {
  switch (found.kind) {
    case "unpacked": {
      const boot = await springBootOf(project.app, found);
      return boot === undefined ? launchUnpacked(found, project) : launchSpringBoot(boot, project);
    }
    case "jar":
      return launchJar(found, project);
    case "war":
      return launchWar(found, project, context);
    case "quarkus":
      return launchQuarkus(found.dir, project);
    case "distribution":
      return launchDistribution(found.script, project);
  }
}
