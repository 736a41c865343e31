import { defined } from "@libcnb/app-kit/defined";
import { explainFailure, type FailureFacts, nameIn } from "@libcnb/app-kit/failures/explain-failure";
import { plain } from "@libcnb/app-kit/failures/last-lines";
import type { ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import type { ManagerName } from "@libcnb/node-app";
import type { UserError } from "libcnb";
import { bunFailures } from "./bun.ts";
import type { FailureCode, ManagerFailures } from "./catalogue.ts";
import { installNames } from "./names.ts";
import { npmFailures } from "./npm.ts";
import { pnpmFailures } from "./pnpm.ts";
import { scriptFailures } from "./script.ts";
import { unreachableHost } from "./unreachable.ts";
import { yarnFailures } from "./yarn.ts";

/** Facts about a failure that the tool's output does not contain. */
export interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** The name of the app in package.json. */
  readonly app?: string | undefined;
}

const tables: Readonly<Record<ManagerName, ManagerFailures>> = {
  npm: npmFailures,
  yarn: yarnFailures,
  pnpm: pnpmFailures,
  bun: bunFailures,
};

/** Creates the error that explains why a package manager could not install packages. */
export function installFailure(manager: ManagerName, end: ToolEnd, { lockfile, app }: FailureContext = {}): UserError {
  const output = plain(end.output);
  const host = unreachableHost(output);
  const isApp = app !== undefined && nameIn(installNames.OWNER, output) === app;
  return explainFailure(tables[manager], end, {
    output,
    instead: host === undefined ? {} : insteadWith[host.isRegistry ? "registry" : "otherHost"],
    placeholders: { ...defined({ LOCKFILE: lockfile }), ...(isApp && { OWNER: "the app", MODULE: "the app" }) },
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
  const output = plain(end.output);
  const table = {
    ...scriptFailures,
    placeholders: { ...tables[manager].placeholders, ...scriptFailures.placeholders },
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
