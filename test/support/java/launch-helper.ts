import { join } from "node:path";
import { compileExecD } from "../../../builder-packager/src/compile/exec-d.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { root } from "../cnb.ts";
import { hostArch } from "./archives.ts";

/** The file of the launch helper of java-engine, compiled as the packager does. */
export async function compiledLaunchHelper(): Promise<string> {
  const module = {
    name: "java",
    entry: join(root, "buildpacks/java-engine/src/exec.d/java.ts"),
    buildpack: { id: "libcnb/java-engine", version: "0.1.0" },
  };
  const options = { arch: hostArch, env: process.env, cwd: root, reporter: silentReporter };
  const { programs } = await compileExecD([module], options);
  const program = programs.find(({ path }) => path === "exec.d/java");
  if (program === undefined) throw new Error("the packager does not compile the launch helper");
  return program.file;
}
