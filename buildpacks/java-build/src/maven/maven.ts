import type { BuildTool } from "../build-tool.ts";
import { buildProject } from "./build.ts";
import { provideMaven } from "./distribution.ts";
import { readProject } from "./project.ts";

/** Apache Maven, of the project's wrapper or of the inventory. */
export const maven: BuildTool = {
  name: "maven",
  title: "Maven",
  read: readProject,
  provide: provideMaven,
  // what a wrapper downloads that is run itself is kept, too
  environment: ({ home }) => ({ MAVEN_USER_HOME: home }),
  build: buildProject,
};
