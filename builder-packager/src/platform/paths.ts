import type { GroupElement } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";

/** The build's directories inside the sandbox and in the image. */
export const appDir = "/workspace";
export const layersDir = "/layers";
export const platformDir = "/platform";
export const buildConfigDir = "/cnb/build-config";
export const lifecycleDir = "/cnb/lifecycle";
export const launcherFile = "/cnb/lifecycle/launcher";
/** The file that replaces the launcher in a builder created with `--launcher none`. */
export const noLauncherFile = "/cnb/lifecycle/launcher.none";
export const processDir = "/cnb/process";

/** `none` on a builder that has no launcher, and on the images that are built with it. */
export const launcherLabel = "io.libcnb.launcher";

/** False if an image declares that it has no launcher. */
export const hasLauncher = (labels: Readonly<Record<string, string>> | null | undefined): boolean =>
  labels?.[launcherLabel] !== "none";

export const buildpackDir = (id: string, version: string): string => `/cnb/buildpacks/${escapeId(id)}/${version}`;

export const extensionDir = (id: string, version: string): string => `/cnb/extensions/${escapeId(id)}/${version}`;

/** The directory of a group member's files. */
export const memberDir = ({ id, version, extension }: GroupElement): string =>
  extension ? extensionDir(id, version) : buildpackDir(id, version);

/** The layers directory of one buildpack. */
export const buildpackLayers = (id: string): string => `${layersDir}/${escapeId(id)}`;
