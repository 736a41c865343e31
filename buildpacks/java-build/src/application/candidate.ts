import { basename } from "node:path";
import type { App } from "libcnb";
import type { Artifact } from "../build-tool.ts";

/** A build artifact, with the facts that decide if the image contains it. */
export interface Candidate extends Artifact {
  /** True if the artifact names its own start class or command. */
  readonly isRunnable: boolean;
  /**
   * True if the image contains the artifact unpacked, because it has the layout of Spring Boot or
   * of a web application.
   */
  readonly isUnpacked: boolean;
  /**
   * The paths of the artifact's dependencies, relative to the artifact, as its manifest names them.
   */
  readonly classPath: readonly string[];
}

/**
 * Determines from the contents of a build artifact whether it names its own start class or command,
 * and whether the image contains it unpacked.
 */
export async function candidateOf(app: App, artifact: Artifact): Promise<Candidate> {
  if (artifact.kind !== "archive") return { ...artifact, isRunnable: true, isUnpacked: true, classPath: [] };
  const { readJar } = await import("@libcnb/java-app/jar");
  const { entries, manifest } = await readJar(app.path(artifact.path), { name: artifact.path });
  const has = (folder: string) => entries.some(({ name }) => name.startsWith(folder));
  const isWeb = has("WEB-INF/");
  return {
    ...artifact,
    isRunnable: isWeb || artifact.path.endsWith(".war") || manifest?.get("Main-Class") !== undefined,
    isUnpacked: isWeb || has("BOOT-INF/"),
    classPath: pathsNextTo(manifest?.get("Class-Path") ?? ""),
  };
}

/** Addresses are resolved against the jar's own; those that lead elsewhere are not in the image, nor is all that lies beside it (`.`). */
const pathsNextTo = (classPath: string): readonly string[] =>
  classPath
    .split(/\s+/)
    .filter((each) => !/^[a-z]+:/i.test(each))
    .map((each) => decoded(each).replace(/^\.\//, "").replace(/\/$/, ""))
    .filter((path) => path !== "" && path !== "." && !/^\/|(?:^|\/)\.\.(?:\/|$)|\0/.test(path));

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The artifact's name in lists for users. */
export const shownName = ({ path, module }: Artifact): string =>
  module === "" || path.includes(module) ? path : `${path} (${basename(module)})`;
