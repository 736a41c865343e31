import { rm } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { BuildContext } from "libcnb";
import type { War } from "../app/found-app.ts";
import type { Launch } from "../launch/launch.ts";
import { groupsIn, jarsBelow, ownJars, slicesOf } from "../launch/own-code.ts";
import type { Project } from "../project.ts";
import type { Settings } from "../settings.ts";
import { otherwise } from "../start.ts";
import { chooseTomcat } from "./choose.ts";
import { provideTomcat } from "./provide.ts";

/**
 * The launch settings of a WAR without a server of its own: Tomcat, with this WAR as its only app.
 */
export async function launchWar({ dir }: War, project: Project, context: BuildContext<Settings>): Promise<Launch> {
  const { app } = project;
  // Tomcat serves all that lies beside WEB-INF; what a Procfile says has been read
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
