import type { ProjectBuildpack } from "libcnb/spec";
import { defined } from "../defined.ts";
import { runsIn } from "./project-env.ts";
import type { ProjectDescriptor } from "./read-descriptor.ts";

/** The location of a buildpack, in one of the forms that pack accepts. */
export interface Locator {
  readonly kind: "locator";
  readonly text: string;
  /** The directory to which a relative path refers. */
  readonly dir: string;
  /** The directory that the path must not leave. */
  readonly confinedTo?: string;
  /** The flag or file that names the buildpack, for messages. */
  readonly where: string;
}

/** A buildpack whose build script is part of project.toml. */
export interface InlineBuildpack {
  readonly kind: "inline";
  readonly id: string;
  readonly version: string;
  readonly api: string;
  readonly script: string;
  readonly shell: string;
}

export type DeclaredBuildpack = Locator | InlineBuildpack;

/** The buildpacks that the user or the app requests for a build. */
export interface DeclaredBuildpacks {
  /** The group that replaces the builder's order. */
  readonly group: readonly DeclaredBuildpack[];
  /**
   * The buildpacks before each group of the builder's order. `post` contains those after each
   * group.
   */
  readonly pre: readonly DeclaredBuildpack[];
  readonly post: readonly DeclaredBuildpack[];
  /** Image extensions that replace the builder's order of extensions. */
  readonly extensions: readonly Locator[];
}

/** The buildpacks and extensions that flags name. */
export interface BuildpackFlags {
  readonly buildpacks?: readonly string[];
  readonly preBuildpacks?: readonly string[];
  readonly postBuildpacks?: readonly string[];
  readonly extensions?: readonly string[];
}

/**
 * Combines command-line options and project.toml. For each list of buildpacks or extensions, the
 * options take precedence, as in pack.
 */
export function declaredBuildpacks(
  flags: BuildpackFlags,
  descriptor: ProjectDescriptor | undefined,
  execEnv: string,
): DeclaredBuildpacks {
  const { group = [], pre = [], post = [] } = descriptor?.project.build ?? {};
  const either = (flag: string, named: readonly string[] = [], members: readonly ProjectBuildpack[]) =>
    named.length > 0 || !descriptor ? named.map(fromFlag(flag)) : ofProject(members, descriptor, execEnv);
  return {
    group: either("--buildpack", flags.buildpacks, group),
    pre: either("--pre-buildpack", flags.preBuildpacks, pre),
    post: either("--post-buildpack", flags.postBuildpacks, post),
    extensions: (flags.extensions ?? []).map(fromFlag("--extension")),
  };
}

const fromFlag =
  (where: string) =>
  (text: string): Locator => ({ kind: "locator", text, dir: ".", where });

const ofProject = (
  members: readonly ProjectBuildpack[],
  descriptor: ProjectDescriptor,
  execEnv: string,
): readonly DeclaredBuildpack[] =>
  members.filter((member) => runsIn(member, execEnv)).map((member) => inProject(member, descriptor));

function inProject(
  { id = "", version, uri, script }: ProjectBuildpack,
  { file, dir, confinedTo }: ProjectDescriptor,
): DeclaredBuildpack {
  // pack's version for scripts without one
  if (script) {
    const { api, inline, shell } = script;
    return { kind: "inline", id, version: version ?? "0.0.0", api, script: inline, shell };
  }
  const text = uri || (version ? `${id}@${version}` : id);
  return { kind: "locator", text, dir, ...defined({ confinedTo: confinedTo || undefined }), where: file };
}
