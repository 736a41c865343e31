import { ending, type ToolEnd, toolFailure } from "@libcnb/app-kit";
import type { UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";
import { explanationOf } from "./catalogue.ts";

/** What else is known of a failure. */
export interface FailureContext {
  /** The lockfile's name, if there is one. */
  readonly lockfile?: string | undefined;
  /** Texts that are hidden wherever the output is shown. */
  readonly secrets?: readonly string[] | undefined;
}

/** Explains why a tool could not install packages. */
export const installFailure = (manager: ManagerName, end: ToolEnd, { secrets }: FailureContext = {}): UserError =>
  toolFailure("PACKAGES_INSTALL_FAILED", explanationOf("PACKAGES_INSTALL_FAILED"), end, {
    words: { MANAGER: manager, SUBJECT: ending(end) },
    secrets,
  });
