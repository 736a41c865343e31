import type { GroupElement } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";

/** The default directory of the app, inside the sandbox and in the image. */
export const appDir = "/workspace";
export const layersDir = "/layers";
export const platformDir = "/platform";
export const buildConfigDir = "/cnb/build-config";
export const lifecycleDir = "/cnb/lifecycle";
export const launcherFile = "/cnb/lifecycle/launcher";
/** The path of the file that replaces the launcher in a builder created with `--launcher none`. */
export const noLauncherFile = "/cnb/lifecycle/launcher.none";
export const processDir = "/cnb/process";

/**
 * The label that has the value `none` on a builder without a launcher, and on the images that such
 * a builder creates.
 */
export const launcherLabel = "io.libcnb.launcher";

/** False if the labels declare that the image has no launcher. */
export const hasLauncher = (labels: Readonly<Record<string, string>> | null | undefined): boolean =>
  labels?.[launcherLabel] !== "none";

export const buildpackDir = (id: string, version: string): string => `/cnb/buildpacks/${escapeId(id)}/${version}`;

export const extensionDir = (id: string, version: string): string => `/cnb/extensions/${escapeId(id)}/${version}`;

/** Returns the directory inside the sandbox that contains the files of a group member. */
export const memberDir = ({ id, version, extension }: GroupElement): string =>
  extension ? extensionDir(id, version) : buildpackDir(id, version);

/** Returns the layers directory of one buildpack inside the sandbox. */
export const buildpackLayers = (id: string): string => `${layersDir}/${escapeId(id)}`;
