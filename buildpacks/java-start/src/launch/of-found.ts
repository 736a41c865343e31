import type { BuildContext } from "libcnb";
import type { FoundApp } from "../app/found-app.ts";
import type { Project } from "../project.ts";
import type { Settings } from "../settings.ts";
import { springBootOf } from "../spring/boot.ts";
import { launchSpringBoot } from "../spring/launch.ts";
import { launchWar } from "../tomcat/launch.ts";
import { launchDistribution } from "./distribution.ts";
import type { Launch } from "./launch.ts";
import { launchQuarkus } from "./quarkus.ts";
import { launchUnpacked } from "./unpacked.ts";
import { launchJar } from "./whole-jar.ts";

/** Determines the launch settings of an app. */
export async function launchOf(found: FoundApp, project: Project, context: BuildContext<Settings>): Promise<Launch> {
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
