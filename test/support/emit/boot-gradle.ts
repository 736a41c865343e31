import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute, type Outcome } from "../cnb.ts";
import { pom } from "../java/apps.ts";
import { installedJdk } from "../java/archives.ts";
import { java } from "../java/tools.ts";

/**
 * Debian's Gradle is too old for Spring Boot 3, and Gradle's own distribution is not reachable everywhere these tests
 * run. Maven Central has Gradle's API with its implementation, in which a test can run a task.
 */
const libraries = ["dev.gradleplugins:gradle-api:8.10.2", "org.springframework.boot:spring-boot-gradle-plugin:3.5.7"];

/** The tests of Gradle's authors open the same packages. */
const opened = ["java.lang", "java.lang.invoke", "java.util"].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);

/** A run of the task `bootBuildImage`. */
export interface BootBuildImage {
  /** The project's directory. */
  readonly dir: string;
  /** The jar, in place of the task `bootJar`'s. */
  readonly jar: string;
  /** Scripts that are a part of build.gradle. */
  readonly scripts: readonly string[];
  /** The properties that the user passes with `-P`. */
  readonly properties?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the task of Spring Boot's plugin for Gradle. */
export async function bootBuildImage({ dir, jar, scripts, properties = [], env }: BootBuildImage): Promise<Outcome> {
  const [classPath, jdk] = await Promise.all([gradleClassPath(), installedJdk("17")]);
  const program = join(import.meta.dirname, "boot-build-image.groovy");
  const files = scripts.map((_, index) => join(dir, `part-${index}.gradle`));
  for (const [index, file] of files.entries()) await writeFile(file, scripts[index] ?? "");
  const args = [...opened, "-cp", classPath, "groovy.ui.GroovyMain", program, jar, properties.join(), ...files];
  return execute(join(jdk, "bin/java"), args, { cwd: dir, env });
}

/** The class path of Gradle and Spring Boot's plugin. Maven resolves it once. */
async function gradleClassPath(): Promise<string> {
  const dir = cacheDir(process.env, "test-boot-gradle", "1");
  await populateOnce(dir, async (workDir) => {
    await mkdir(workDir, { recursive: true });
    await writeFile(join(workDir, "pom.xml"), pom({ dependencies: libraries }));
    const { command, env } = await java.program("jdk-17/mvn");
    const [program = "", ...options] = command;
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    const args = [...options, "--quiet", goal, "-Dmdep.outputFile=class-path"];
    const { exitCode, stdout } = await execute(program, args, { cwd: workDir, env });
    if (exitCode !== 0) throw new Error(stdout);
  });
  return readFile(join(dir, "class-path"), "utf8");
}
