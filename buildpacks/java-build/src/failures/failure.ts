import { defined } from "@libcnb/app-kit/defined";
import { explainFailure } from "@libcnb/app-kit/failures/explain-failure";
import type { ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import type { UserError } from "libcnb";
import type { ToolName } from "../build-tool.ts";
import type { ToolFailures } from "./catalogue.ts";
import { gradleFailures } from "./gradle.ts";
import { mavenFailures } from "./maven.ts";

/** Facts about a failed build that the tool's output does not contain. */
export interface FailureContext {
  /** The name of the build file, if it is not the usual one. */
  readonly file?: string | undefined;
  /** True if the tool ran in offline mode. */
  readonly isOffline?: boolean | undefined;
}

const tables: Readonly<Record<ToolName, ToolFailures>> = { maven: mavenFailures, gradle: gradleFailures };

/** Creates the error that explains why a tool could not build an app. */
export const buildFailure = (
  tool: ToolName,
  end: ToolEnd,
  { file, isOffline = false }: FailureContext = {},
): UserError =>
  explainFailure(tables[tool], end, {
    placeholders: defined({ FILE: file }),
    // without the network, what is unknown is what was not downloaded before
    instead: isOffline ? { PACKAGES_UNKNOWN: "PACKAGES_OFFLINE_MISSING" } : {},
  });
