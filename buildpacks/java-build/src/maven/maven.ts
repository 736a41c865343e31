import type { BuildTool, Project } from "../build-tool.ts";
import { buildProject } from "./build.ts";
import { provideMaven } from "./distribution.ts";
import { readProject } from "./project.ts";

/** Apache Maven, of the project's wrapper or of the inventory. */
export const maven: BuildTool = {
  name: "maven",
  title: "Maven",
  read: readProject,
  provide: provideMaven,
  environment: ({ home, project }) => ({
    MAVEN_USER_HOME: home, // what a wrapper downloads that is run itself is kept, too
    MAVEN_OPTS: [...quick(project), project.env.MAVEN_OPTS ?? ""].join(" ").trim(),
  }),
  build: buildProject,
};

/**
 * Most of a build is the start of Maven and its plugins: the compiler of the virtual machine that makes code good in the long run costs as
 * much as all the rest, and pays in projects of many modules.
 */
const quick = ({ outputs }: Project): readonly string[] => (outputs.length <= 10 ? ["-XX:TieredStopAtLevel=1"] : []);
