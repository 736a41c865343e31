import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import type { Program, ToolRegistry } from "../apps/app-tools.ts";
import { installedJdk } from "./archives.ts";
import { installedMaven } from "./maven-archives.ts";

/** A program of a JDK, `jdk-17/jar`, or Maven with such a JDK: `jdk-17/mvn`. */
async function program(tool: string): Promise<Program> {
  const jdk = await folder(tool);
  const [, name = ""] = tool.split("/");
  const env = { ...process.env, JAVA_HOME: jdk, PATH: `${jdk}/bin:${process.env["PATH"]}` };
  if (name !== "mvn") return { command: [`${jdk}/bin/${name}`], env };
  const repository = cacheDir(process.env, "test-maven-repository", "1");
  const options = ["--batch-mode", "--no-transfer-progress", `-Dmaven.repo.local=${repository}`];
  return { command: [`${await installedMaven()}/bin/mvn`, ...options], env: { ...env, MAVEN_OPTS: machineTrust } };
}

/**
 * The CA certificates that this machine trusts, including those of a proxy that signs for others:
 * the truststore of Debian's JRE, which is installed with Maven.
 */
const machineTrust = "-Djavax.net.ssl.trustStore=/etc/ssl/certs/java/cacerts";

const folder = (tool: string): Promise<string> => installedJdk(tool.startsWith("jdk-11/") ? "11" : "17");

/** True if the tool is one of those. */
export const isJavaTool = (tool: string): boolean => /^jdk-(11|17)\//.test(tool);

/** Tools of a JDK. */
export const java: ToolRegistry = { program, folder };
