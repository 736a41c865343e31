import { inDir } from "@libcnb/app-kit/folders";
import type { VersionRequest } from "@libcnb/app-kit/requests";
import type { App } from "libcnb";
import type { Distribution } from "../inventory/entry.ts";

/** A requested version of Java. */
export interface JavaRequest extends VersionRequest {
  /**
   * `release`: exactly the given version, or its newest release. `line`: only the line matters, and
   * a newer one is used if it has no releases, because the program was written for it.
   */
  readonly means: "release" | "line";
  /** The requested distribution. */
  readonly distribution?: Distribution | undefined;
  /** The distribution as written, even if it is not available: `tem`, `amzn`. */
  readonly vendor?: string | undefined;
}

/** Like {@link JavaRequest}, but possibly empty. */
export interface Candidate extends Omit<JavaRequest, "wanted"> {
  readonly wanted: string | undefined;
}

/** Reads the requests in a kind of file in the project's directory. */
export type ReadFiles = (app: App, dir: string) => Promise<readonly Candidate[]>;

/** The text of a file; empty if it is missing. */
export const textOf = async (app: App, dir: string, name: string): Promise<string> =>
  (await app.exists(inDir(dir, name))) ? app.readText(inDir(dir, name)) : "";
