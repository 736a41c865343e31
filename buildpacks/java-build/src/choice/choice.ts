import { type App, UserError } from "libcnb";
import type { ToolChoice, ToolName } from "../build-tool.ts";
import type { Settings } from "../config.ts";
import { decisiveFile } from "./files.ts";
import { namedFile, type ToolRequest } from "./tool-request.ts";

/**
 * Chooses the build tool of an app's directory: `BP_JAVA_BUILD_TOOL`, then the tool whose build
 * file is named or exists. If both exist, Maven, unless only Gradle has a wrapper: in such a
 * repository either works.
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
  if (winner === undefined) throw new UserError("JAVA_BUILD_TOOL_INVALID", "there is nothing to build", { hint });
  return { ...winner, losers: found.filter(({ name }) => name !== winner.name).map((loser) => lost(loser, winner)) };
}

const tools = ["maven", "gradle"] as const;

const wrappers: Readonly<Record<ToolName, string>> = { maven: "mvnw", gradle: "gradlew" };

const hint = "Set BP_JAVA_BUILD_TOOL to maven or gradle, or leave it out: the files of the app then decide.";

function requestIn(value: string | undefined): ToolRequest | undefined {
  const wanted = value?.trim().toLowerCase();
  if (!wanted) return undefined;
  const name = tools.find((each) => each === wanted);
  if (name !== undefined) return { name, source: "BP_JAVA_BUILD_TOOL" };
  throw new UserError(
    "JAVA_BUILD_TOOL_INVALID",
    `BP_JAVA_BUILD_TOOL is "${value}", which is not a tool that builds Java`,
    {
      hint,
    },
  );
}

const lost = (loser: ToolRequest, winner: ToolRequest): string =>
  `${loser.source} is not used: ${winner.source} decided. BP_JAVA_BUILD_TOOL=${loser.name} builds with it.`;
