import { defined } from "@libcnb/app-kit/defined";
import { codeIn, explainFailure } from "@libcnb/app-kit/failures/explain-failure";
import { plain } from "@libcnb/app-kit/failures/last-lines";
import type { ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import type { UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";
import { missingBuildOutput, withBuildOutput } from "../pip/build-output.ts";
import type { FailureCode, ToolFailures } from "./catalogue.ts";
import { indexPatterns } from "./common.ts";
import { pdmFailures } from "./pdm.ts";
import { pipenvFailures, pipFailures } from "./pip.ts";
import { poetryFailures } from "./poetry.ts";
import { noise, usage } from "./shown-output.ts";
import { uvFailures } from "./uv.ts";

/** Facts about a failed installation that the tool's output does not contain. */
export interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** Texts that must be hidden in the shown output. */
  readonly secrets?: readonly string[] | undefined;
  /** The text of pip's log. Only the log contains responses of indexes and the output of builds. */
  readonly log?: string | undefined;
  /** True if the tool must not access any index. */
  readonly isOffline?: boolean | undefined;
}

const tables: Readonly<Record<ManagerName, ToolFailures>> = {
  pip: pipFailures,
  uv: uvFailures,
  poetry: poetryFailures,
  pipenv: pipenvFailures,
  pdm: pdmFailures,
};

/** Creates the error that explains why a tool could not install packages. */
export function installFailure(
  manager: ManagerName,
  end: ToolEnd,
  { lockfile, secrets, log = "", isOffline = false }: FailureContext = {},
): UserError {
  const output = plain(end.output);
  const unseen = missingBuildOutput(output, log).join("\n");
  return explainFailure(tables[manager], end, {
    output: searched(withBuildOutput(output, log)),
    instead: { PACKAGES_UNKNOWN: isOffline ? "PACKAGES_OFFLINE_MISSING" : indexFailure(log) },
    placeholders: {
      ...defined({ LOCKFILE: lockfile }),
      // requirements are both
      ...(manager === "pip" && defined({ MANIFEST: lockfile })),
    },
    unseen: { output: unseen, secrets, usage, noise },
  });
}

/** The output, and the same without ends of lines: some tools break lines at the width of a terminal. */
function searched(output: string): string {
  const text = plain(output);
  return `${text}\n${text.replace(/(?<!\s)\s*\n\s*/g, " ")}`;
}

/** The failure of an index that pip writes only to its log. */
function indexFailure(log: string): FailureCode | undefined {
  const responses = log.split("\n").filter((line) => line.includes("Could not fetch URL"));
  return codeIn(indexPatterns, responses.join("\n"));
}
