import type { ToolName } from "../build-tool.ts";

/** What the words in capitals of an explanation stand for. */
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
}

const tools: Readonly<Record<ToolName, Words>> = {
  maven: {
    TOOL: "Maven",
    FILE: "pom.xml",
    BINDING: "maven",
    CREDENTIALS: "a settings.xml that has a server with the id of the repository",
    LOCK: "the plugin that locked them",
    MEMORY: "MAVEN_OPTS=-Xmx1g",
  },
  gradle: {
    TOOL: "Gradle",
    FILE: "build.gradle",
    BINDING: "gradle",
    CREDENTIALS: "a gradle.properties that has the properties which the build file reads",
    LOCK: '"gradle dependencies --write-locks"',
    MEMORY: "org.gradle.jvmargs=-Xmx1g in gradle.properties",
  },
};
