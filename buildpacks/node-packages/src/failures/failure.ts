import { defined } from "@libcnb/app-kit/defined";
import type { ManagerName } from "@libcnb/node-app";
import type { UserError } from "libcnb";
import { explainFailure, type FailureFacts, nameInOutput, plainOutput, type ToolEnd } from "libcnb/kit";
import type { FailureCode } from "./catalogue.ts";
import { managerFailures } from "./managers.ts";
import { installNames, unreachableHost } from "./names.ts";
import { scriptFailures } from "./script.ts";

/** Facts about a failed installation that the tool's output does not contain. */
export interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** The name of the app in package.json. */
  readonly app?: string | undefined;
}

/** Creates the error that explains why a package manager could not install packages. */
export function installFailure(manager: ManagerName, end: ToolEnd, { lockfile, app }: FailureContext = {}): UserError {
  const output = plainOutput(end.output);
  const host = unreachableHost(output);
  const owner = app !== undefined && nameInOutput(installNames.OWNER, output) === app ? "the app" : undefined;
  return explainFailure(managerFailures[manager], end, {
    output,
    instead: host === undefined ? {} : insteadWith[host.isRegistry ? "registry" : "otherHost"],
    placeholders: defined({ LOCKFILE: lockfile, OWNER: owner, MODULE: owner }),
  });
}

type Instead = NonNullable<FailureFacts<FailureCode>["instead"]>;

/** The codes that replace another one if a host could not be reached. */
const insteadWith: Readonly<Record<"registry" | "otherHost", Instead>> = {
  registry: {
    PACKAGES_INSTALL_FAILED: "PACKAGES_REGISTRY_UNREACHABLE",
    PACKAGES_SCRIPT_FAILED: "PACKAGES_HOST_UNREACHABLE",
    PACKAGES_GIT_DENIED: "PACKAGES_HOST_UNREACHABLE",
  },
  otherHost: {
    PACKAGES_INSTALL_FAILED: "PACKAGES_HOST_UNREACHABLE",
    PACKAGES_REGISTRY_UNREACHABLE: "PACKAGES_HOST_UNREACHABLE",
    PACKAGES_SCRIPT_FAILED: "PACKAGES_HOST_UNREACHABLE",
    PACKAGES_GIT_DENIED: "PACKAGES_HOST_UNREACHABLE",
    // packages compile their module if they could not download a binary
    NATIVE_PYTHON_MISSING: "NATIVE_BINARY_UNREACHABLE",
    NATIVE_COMPILER_MISSING: "NATIVE_BINARY_UNREACHABLE",
    NATIVE_BUILD_FAILED: "NATIVE_BINARY_UNREACHABLE",
  },
};

/** Creates the error that explains why a script of package.json failed. */
export function scriptFailure(
  manager: ManagerName,
  script: string,
  end: ToolEnd,
  { lockfile }: FailureContext = {},
): UserError {
  const output = plainOutput(end.output);
  const table = {
    ...scriptFailures,
    placeholders: { ...managerFailures[manager].placeholders, ...scriptFailures.placeholders },
  };
  return explainFailure(table, end, {
    output,
    instead: unreachableHost(output) === undefined ? {} : { SCRIPT_FAILED: "SCRIPT_HOST_UNREACHABLE" },
    placeholders: {
      ...defined({ LOCKFILE: lockfile }),
      SCRIPT: `the script "${script}" of package.json`,
      SCRIPT_NAME: script,
    },
  });
}
