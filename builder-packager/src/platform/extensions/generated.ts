import type { DockerfileFacts, GroupElement } from "libcnb/lifecycle-rules";

/** The image that a Dockerfile extends: build or run. */
export type ExtendedKind = "build" | "run";

/** A Dockerfile of an extension, with its context and arguments. */
export interface GeneratedDockerfile {
  readonly extension: GroupElement;
  readonly kind: ExtendedKind;
  readonly text: string;
  readonly facts: DockerfileFacts;
  /** The arguments in extend-config.toml. */
  readonly args: Readonly<Record<string, string>>;
  /** A folder of this machine. */
  readonly context: string;
}

/** The decision about the run image. */
export interface RunImageChoice {
  /** The run image to take in place of the one that was found. */
  readonly base: string | undefined;
  /** The Dockerfiles that are applied to it: those before the last one that names an image have no effect. */
  readonly dockerfiles: readonly GeneratedDockerfile[];
}

/** Chooses the run image as the lifecycle does: the last run.Dockerfile that names one decides. */
export function chooseRunImage(dockerfiles: readonly GeneratedDockerfile[]): RunImageChoice {
  const ofRun = dockerfiles.filter(({ kind }) => kind === "run");
  const last = ofRun.findLastIndex(({ facts }) => facts.base !== undefined);
  const effective = last === -1 ? ofRun : ofRun.slice(last);
  return { base: ofRun[last]?.facts.base, dockerfiles: effective.filter(({ facts }) => facts.isExtending) };
}

/** True if a Dockerfile uses `build_id`, which differs in each build, so that nothing is reused. */
export const isForEachBuild = ({ facts }: GeneratedDockerfile): boolean => facts.args.includes("build_id");
