import type { ProjectBuildpack } from "libcnb/spec";
import { runsIn } from "./project-env.ts";
import type { ProjectDescriptor } from "./read-descriptor.ts";

/** A buildpack that is named, by pack's ways to do so. */
export interface Locator {
  readonly kind: "locator";
  readonly text: string;
  /** The base of relative paths. */
  readonly dir: string;
  /** The folder that paths may not lead out of. */
  readonly confinedTo?: string;
  /** The source that names it, for messages. */
  readonly where: string;
}

/** A buildpack whose build is inline in project.toml. */
export interface InlineBuildpack {
  readonly kind: "inline";
  readonly id: string;
  readonly version: string;
  readonly api: string;
  readonly script: string;
  readonly shell: string;
}

export type DeclaredBuildpack = Locator | InlineBuildpack;

/** The buildpacks that a build asks for. */
export interface DeclaredBuildpacks {
  /** The group that replaces the builder's order. */
  readonly group: readonly DeclaredBuildpack[];
  /** Before and after each group of the builder's order. */
  readonly pre: readonly DeclaredBuildpack[];
  readonly post: readonly DeclaredBuildpack[];
  /** Image extensions that replace the builder's order of extensions. */
  readonly extensions: readonly Locator[];
}

/** The buildpacks and extensions named by flags. */
export interface BuildpackFlags {
  readonly buildpacks?: readonly string[];
  readonly preBuildpacks?: readonly string[];
  readonly postBuildpacks?: readonly string[];
  readonly extensions?: readonly string[];
}

/** Flags go before project.toml, list by list, as with pack. */
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
  return { kind: "locator", text, dir, ...(confinedTo && { confinedTo }), where: file };
}
