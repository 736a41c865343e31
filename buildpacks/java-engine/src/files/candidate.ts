import { inDir } from "@libcnb/app-kit/folders";
import { featureOf } from "@libcnb/java-app/java-version";
import type { App } from "libcnb";
import type { VersionRequest } from "libcnb/kit";
import type { Distribution } from "../release-id.ts";

/** A requested version of Java. */
export interface JavaRequest extends VersionRequest {
  /**
   * `release`: exactly the given version, or its newest release. `line`: only the release line
   * matters. If that line has no releases, a newer line is used.
   */
  readonly means: "release" | "line";
  /** The requested distribution, if it is available. */
  readonly distribution?: Distribution | undefined;
  /** The distribution as written, even if it is unavailable: `tem`, `amzn`. */
  readonly vendor?: string | undefined;
}

/** Like {@link JavaRequest}, but the requested version may be empty or `undefined`. */
export interface Candidate extends Omit<JavaRequest, "wanted"> {
  readonly wanted: string | undefined;
}

/** A function that reads the requests in one kind of file in the project's directory. */
export type ReadFiles = (app: App, dir: string) => Promise<readonly Candidate[]>;

/** Reads the text of a file. Returns an empty text if the file is missing. */
export const textOf = async (app: App, dir: string, name: string): Promise<string> =>
  (await app.exists(inDir(dir, name))) ? app.readText(inDir(dir, name)) : "";

/**
 * Returns a list with the candidate that has the newest release line of Java; empty if there is no
 * candidate.
 */
export const newestOf = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates
    .toSorted(({ wanted: a = "" }, { wanted: b = "" }) => (featureOf(b) ?? 0) - (featureOf(a) ?? 0))
    .slice(0, 1);
