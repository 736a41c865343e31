import { rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import { onMirror } from "@libcnb/app-kit/release/mirror";
import { type BuildContext, type Inventory, type Release, UserError } from "libcnb";
import type { War } from "../app/found-app.ts";
import type { Launch } from "../launch/launch.ts";
import { groupsIn, jarsBelow, ownJars, slicesOf } from "../launch/own-code.ts";
import type { Project } from "../project.ts";
import type { Settings } from "../settings.ts";
import { otherwise } from "../start.ts";
import { provideTomcat } from "./provide.ts";
import { requiredServletApi, type ServletApi } from "./servlet-api.ts";

/**
 * Returns the launch settings of a WAR that does not contain a server: Tomcat, with this WAR as its
 * only app.
 */
export async function launchWar({ dir }: War, project: Project, context: BuildContext<Settings>): Promise<Launch> {
  const { app } = project;
  // Tomcat serves all files next to WEB-INF; the Procfile has already been read
  if (dir === project.procfile?.dir) await rm(app.path(dir, "Procfile"));
  await provideTomcat(await chooseTomcat(dir, project, context.inventory), dir, context);
  const jars = await jarsBelow(app, inDir(dir, "WEB-INF/lib"));
  const own = await ownJars(app, jars, { groups: await groupsIn(app, dir) });
  return {
    start: { line: "tomcat", source: `the directory ${inDir(dir, "WEB-INF")} of a WAR`, dir, otherwise },
    slices: slicesOf(jars, (file) => own.has(file)),
    code: [inDir(dir, "WEB-INF/classes"), ...jars],
  };
}

/** The line of Tomcat for each. */
const lines: Readonly<Record<ServletApi, string>> = { javax: "9.0.x", jakarta: "10.1.x", "jakarta 6.1": "11.0.x" };

/** The Java that lines of Tomcat need at least. */
const needed: Readonly<Record<string, number>> = { "9": 8, "10": 11, "11": 17 };

/**
 * Chooses the Tomcat release for a WAR: the version that the user requests, or else the newest one
 * for the WAR's servlet API. If the API is unknown, Tomcat 9.0 is chosen for Java below 11, and
 * otherwise the default release line.
 */
async function chooseTomcat(dir: string, project: Project, inventory: Inventory): Promise<Release> {
  const { java, settings } = project;
  const { wanted, source } = await requested(dir, project);
  const release = await inventory.resolve("tomcat", wanted, { source });
  const least = needed[release.version.split(".")[0] ?? ""] ?? 0;
  if (java !== undefined && java < least) throw tooOld(release.version, source, { java, least });
  return onMirror(release, {
    name: "BP_TOMCAT_MIRROR",
    value: settings.BP_TOMCAT_MIRROR,
    code: "TOMCAT_MIRROR_INVALID",
    folder: "tomcat-10/",
    path: /tomcat-\d+\/v[^/]+\/bin\/[^/]+$/,
    example: "file:///mirror/tomcat",
  });
}

async function requested(dir: string, { app, java, settings }: Project) {
  const version = settings.BP_TOMCAT_VERSION;
  if (version) return { wanted: version, source: "BP_TOMCAT_VERSION" };
  const found = await requiredServletApi(app, dir);
  if (found !== undefined) return { wanted: lines[found.api], source: `${found.source} (${found.api})` };
  return java !== undefined && java < 11
    ? { wanted: lines.javax, source: `Java ${java}` }
    : { wanted: undefined, source: "the default" };
}

const tooOld = (version: string, source: string, { java, least }: { readonly java: number; readonly least: number }) =>
  new UserError(
    "TOMCAT_NEEDS_JAVA",
    `${source} requests Tomcat ${version}, which needs Java ${least}, but the image has Java ${java}`,
    {
      hint: `Set BP_JVM_VERSION to ${least} or newer${source === "BP_TOMCAT_VERSION" ? ", or BP_TOMCAT_VERSION to an older release line" : ""}.`,
    },
  );
