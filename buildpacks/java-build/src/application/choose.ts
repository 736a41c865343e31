import { basename } from "node:path";
import { relative } from "node:path/posix";
import { type App, UserError } from "libcnb";
import type { Artifact } from "../build-tool.ts";

/** The names of the tool and of its settings, for error messages. */
interface ChoiceWords {
  /** The name of the tool: `Maven`. */
  readonly title: string;
  /** The setting that names the artifact: `BP_MAVEN_BUILT_ARTIFACT`. */
  readonly artifactSetting: string;
  /** The setting that names the module: `BP_MAVEN_BUILT_MODULE`. */
  readonly moduleSetting: string;
  /** The project's directory, from which the setting's path is resolved. */
  readonly dir: string;
  /** The values of the two settings; undefined if they are not set. */
  readonly artifact?: string | undefined;
  readonly module?: string | undefined;
}

/**
 * Chooses the artifact to run. If exactly one artifact names a start class or command, that
 * artifact is chosen. If none does, the only artifact is chosen. If one module has several such
 * artifacts, the most complete form is preferred.
 *
 * @throws UserError JAVA_ARTIFACT_AMBIGUOUS, JAVA_ARTIFACT_MISSING
 */
export function chooseArtifact(candidates: readonly Candidate[], words: ChoiceWords): Candidate {
  const best = bestOf(candidates);
  const [artifact, ...others] = best;
  if (artifact === undefined) throw nothingBuilt(words);
  if (others.length > 0) throw severalBuilt(best, words);
  return artifact;
}

function bestOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const runnable = candidates.filter(({ isRunnable }) => isRunnable);
  if (runnable.length === 0) return candidates;
  const modules = [...new Set(runnable.map(({ module }) => module))];
  return modules.flatMap((module) => bestOfModule(runnable.filter((each) => each.module === module)));
}

/**
 * The best candidates of one module: an unpacked application, else the archive with all
 * dependencies, else archives that must be unpacked first.
 */
function bestOfModule(candidates: readonly Candidate[]): readonly Candidate[] {
  const [first] = (["folder", "archive", "distribution"] as const)
    .map((kind) => candidates.filter((each) => each.kind === kind))
    .filter((some) => some.length > 0);
  const whole = (first ?? []).filter(({ path }) => wholeNames.test(path));
  return whole.length === 1 ? whole : (first ?? []);
}

/** Names that plugins give to an archive that contains its libraries, next to the plain archive. */
const wholeNames = /-(?:jar-with-dependencies|shaded|all|fat|uber|runner|exec)\.[jw]ar$/;

const severalBuilt = (candidates: readonly Candidate[], { title, artifactSetting, moduleSetting, dir }: ChoiceWords) =>
  new UserError("JAVA_ARTIFACT_AMBIGUOUS", `${title} built several applications, and the image can start only one`, {
    cause: `the candidates are\n${candidates.map((each) => `    ${shownName(each)}`).join("\n")}`,
    hint: `Set ${artifactSetting} to the application to start, such as ${artifactSetting}=${relative(dir, candidates[0]?.path ?? "")}, or ${moduleSetting} to its module.`,
  });

function nothingBuilt({ title, artifactSetting, moduleSetting, artifact, module }: ChoiceWords): UserError {
  const missing = (message: string, hint: string) => new UserError("JAVA_ARTIFACT_MISSING", message, { hint });
  if (artifact !== undefined)
    return missing(
      `${artifactSetting} is "${artifact}", but ${title} built no such file`,
      `Set ${artifactSetting} to a file that the build writes, relative to the project's directory, or unset it.`,
    );
  if (module !== undefined)
    return missing(
      `${moduleSetting} is "${module}", but ${title} built no application in this module`,
      `Set ${moduleSetting} to the directory of the module with the application, relative to the project's directory.`,
    );
  return missing(
    `${title} built no application that an image can start`,
    `Configure the build to create a jar, a WAR or a distribution. If it writes the application to an unusual path, set ${artifactSetting} to that path.`,
  );
}

/** A build artifact, with the facts that decide whether the image contains it. */
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
 * Reads a build artifact to determine whether it names its own start class or command, and whether
 * the image contains it unpacked.
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

/**
 * Returns the relative paths in a `Class-Path`. Paths are relative to the directory of the jar.
 * URLs and paths outside that directory are left out, because these files are not in the image. The
 * directory itself (`.`) is left out, too.
 */
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
const shownName = ({ path, module }: Artifact): string =>
  module === "" || path.includes(module) ? path : `${path} (${basename(module)})`;
