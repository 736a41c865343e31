import { projectDir } from "@libcnb/java-app/project-dir";
import { defineBuildpack, dependency, fail, pass } from "libcnb";
import { buildsJava } from "./choice.ts";
import { config } from "./config.ts";

export default defineBuildpack({
  config,

  async detect({ app, config }) {
    const dir = await projectDir(app, config.BP_JAVA_PROJECT_PATH);
    if (!(await buildsJava(app, dir, config)))
      return fail(`there is no pom.xml, build.gradle or settings.gradle${dir && ` in ${dir}`}`);
    return pass({
      provides: [applicationPackage],
      requires: [applicationPackage.require(), jdk.require({ build: true })],
    });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});

/** A JDK for the build. */
const jdk = dependency("jdk");
/** The artifact, in place of the source. */
const applicationPackage = dependency("jvm-application-package");
