import { type App, UserError } from "libcnb";
import type { ToolChoice, ToolName } from "./build-tool.ts";
import type { Settings } from "./config.ts";

/**
 * Chooses the build tool for a directory of an app. `BP_JAVA_BUILD_TOOL` takes precedence, then the
 * tool whose build file an environment variable names, then the tool whose build file exists. If
 * both tools have a build file, the tool with a wrapper is chosen, or else Maven.
 *
 * @throws UserError JAVA_BUILD_TOOL_INVALID
 */
export async function chooseTool(app: App, dir: string, settings: Settings): Promise<ToolChoice> {
  const files = await app.list(dir || ".");
  const found = tools.flatMap((name) => {
    const source = decisiveFile(files, name);
    return source === undefined ? [] : [{ name, source }];
  });
  const request = requestIn(settings.BP_JAVA_BUILD_TOOL) ?? namedFile(settings);
  const winner = request ?? found.find(({ name }) => files.includes(wrappers[name])) ?? found[0];
  if (winner === undefined)
    throw new UserError(
      "JAVA_BUILD_TOOL_INVALID",
      `${dir ? `the directory ${dir}` : "the app"} has no build file of Maven or Gradle`,
      {
        hint: "Add pom.xml or build.gradle. If the build file has another name, set BP_MAVEN_POM_FILE or BP_GRADLE_BUILD_FILE to its path. If the build file is in a subdirectory, set BP_JAVA_PROJECT_PATH to that directory.",
      },
    );
  return { ...winner, losers: found.filter(({ name }) => name !== winner.name).map((loser) => lost(loser, winner)) };
}

const tools = ["maven", "gradle"] as const;

const wrappers: Readonly<Record<ToolName, string>> = { maven: "mvnw", gradle: "gradlew" };

const hint =
  'Set BP_JAVA_BUILD_TOOL to "maven" or "gradle". If it is unset, the buildpack chooses by the files of the app.';

function requestIn(value: string | undefined): ToolRequest | undefined {
  const wanted = value?.trim().toLowerCase();
  if (!wanted) return undefined;
  const name = tools.find((each) => each === wanted);
  if (name !== undefined) return { name, source: "BP_JAVA_BUILD_TOOL" };
  throw new UserError(
    "JAVA_BUILD_TOOL_INVALID",
    `BP_JAVA_BUILD_TOOL is "${value}", which is not a supported build tool`,
    {
      hint,
    },
  );
}

const lost = (loser: ToolRequest, winner: ToolRequest): string =>
  `${loser.source} is ignored: ${winner.source} takes precedence. To build with ${loser.name}, set BP_JAVA_BUILD_TOOL=${loser.name}.`;

/**
 * True if a directory of the app contains a build file, or if an environment variable names one. If
 * the named file is missing, the build reports an error.
 */
export async function buildsJava(app: App, dir: string, settings: Settings): Promise<boolean> {
  if (namedFile(settings) !== undefined) return true;
  const files = await app.list(dir || ".");
  return decisiveFile(files, "maven") !== undefined || decisiveFile(files, "gradle") !== undefined;
}

/**
 * Names of files that configure a tool's build, the most usual first. Maven reads poms in other
 * languages by its extensions.
 */
const decisive: Readonly<Record<ToolName, readonly string[]>> = {
  maven: ["pom.xml", ...["atom", "clj", "groovy", "rb", "scala", "yaml", "yml"].map((language) => `pom.${language}`)],
  gradle: ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
};

/**
 * Returns the name of the tool's first build file among file names; `undefined` if there is none.
 */
export const decisiveFile = (files: readonly string[], tool: ToolName): string | undefined =>
  decisive[tool].find((name) => files.includes(name));

/** A build tool, and the variable or file that requests it. */
interface ToolRequest {
  readonly name: ToolName;
  readonly source: string;
}

/** Determines the tool whose build file is named by a variable. */
function namedFile(settings: Settings): ToolRequest | undefined {
  if (settings.BP_MAVEN_POM_FILE) return { name: "maven", source: "BP_MAVEN_POM_FILE" };
  return settings.BP_GRADLE_BUILD_FILE ? { name: "gradle", source: "BP_GRADLE_BUILD_FILE" } : undefined;
}
