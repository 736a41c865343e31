import type { BuildTool } from "../build-tool.ts";
import { buildProject } from "./build.ts";
import { provideGradle } from "./distribution.ts";
import { gradleEnvironment } from "./environment.ts";
import { readProject } from "./project.ts";

/** Gradle, of the project's wrapper or of the inventory. */
export const gradle: BuildTool = {
  name: "gradle",
  title: "Gradle",
  read: readProject,
  provide: provideGradle,
  environment: gradleEnvironment,
  build: buildProject,
};
