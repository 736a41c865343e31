import type { ToolName } from "../build-tool.ts";

/** Names of files that say how a tool builds, the most usual first. Maven reads poms in other languages by its extensions. */
const decisive: Readonly<Record<ToolName, readonly string[]>> = {
  maven: ["pom.xml", ...["atom", "clj", "groovy", "rb", "scala", "yaml", "yml"].map((language) => `pom.${language}`)],
  gradle: ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
};

/** The name of the tool's first build file in a directory; `undefined` if there is none. */
export const decisiveFile = (files: readonly string[], tool: ToolName): string | undefined =>
  decisive[tool].find((name) => files.includes(name));
