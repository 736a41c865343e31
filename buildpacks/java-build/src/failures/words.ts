import type { ToolName } from "../build-tool.ts";

/** The values of an explanation's placeholders. */
export const wordsOf = (
  tool: ToolName,
  file: string | undefined,
  subject: string,
): Readonly<Record<string, string>> => ({
  ...tools[tool],
  ...(file !== undefined && { FILE: file }),
  SUBJECT: subject,
});

interface Words {
  readonly TOOL: string;
  readonly FILE: string;
  readonly BINDING: string;
  readonly CREDENTIALS: string;
  readonly LOCK: string;
  readonly MEMORY: string;
  readonly ARGUMENTS: string;
  readonly SETTINGS: string;
  readonly TOOL_VERSION: string;
  readonly MAIN_CLASS: string;
}

const tools: Readonly<Record<ToolName, Words>> = {
  maven: {
    TOOL: "Maven",
    FILE: "pom.xml",
    BINDING: "maven",
    CREDENTIALS: "a settings.xml that has a server with the id of the repository",
    LOCK: "the plugin that locked them",
    MEMORY: "MAVEN_OPTS=-Xmx1g",
    ARGUMENTS: "BP_MAVEN_BUILD_ARGUMENTS or BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS",
    SETTINGS: ".mvn/maven.config, .mvn/jvm.config, MAVEN_OPTS",
    TOOL_VERSION: "BP_MAVEN_VERSION",
    MAIN_CLASS: "start-class in the properties of pom.xml",
  },
  gradle: {
    TOOL: "Gradle",
    FILE: "build.gradle",
    BINDING: "gradle",
    CREDENTIALS: "a gradle.properties that has the properties which the build file reads",
    LOCK: '"gradle dependencies --write-locks"',
    MEMORY: "org.gradle.jvmargs=-Xmx1g in gradle.properties",
    ARGUMENTS: "BP_GRADLE_BUILD_ARGUMENTS or BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS",
    SETTINGS: "gradle.properties, GRADLE_OPTS",
    TOOL_VERSION: "BP_GRADLE_VERSION",
    MAIN_CLASS: "mainClass in springBoot or application of the build file",
  },
};
