import { join } from "node:path";
import { execute } from "../cnb.ts";
import { installedJdk } from "../java/archives.ts";
import { centralFile } from "../java/central-mirror.ts";

const groovyVersion = "4.0.28";

/** Runs a Groovy script with Groovy from Maven Central, and returns the lines of its output. */
async function groovy(script: string, args: readonly string[]): Promise<readonly string[]> {
  const [jar, jdk] = await Promise.all([
    centralFile(`org/apache/groovy/groovy/${groovyVersion}/groovy-${groovyVersion}.jar`),
    installedJdk("17"),
  ]);
  const java = join(jdk, "bin/java");
  const { exitCode, stdout, stderr } = await execute(java, ["-cp", jar, "groovy.ui.GroovyMain", script, ...args]);
  if (exitCode !== 0) throw new Error(`Groovy failed: ${stderr}`);
  return stdout.trim().split("\n");
}

/** Runs the configuration of a Gradle task with a recorder in place of Gradle, and returns its assignments. */
export const runGradleTask = (file: string): Promise<readonly string[]> =>
  groovy(join(import.meta.dirname, "gradle-task.groovy"), [file]);

/** Runs a Jenkinsfile with a recorder in place of Jenkins, and returns its calls and assignments. */
export const runJenkinsfile = (file: string): Promise<readonly string[]> =>
  groovy(join(import.meta.dirname, "jenkinsfile.groovy"), [file]);
