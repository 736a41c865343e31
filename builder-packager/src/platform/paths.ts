import type { GroupElement } from "libcnb/platform";
import { escapeBuildpackId as escapeId } from "libcnb/spec";

/** Where a build's directories are inside the sandbox and in the image. */
export const appDir = "/workspace";
export const layersDir = "/layers";
export const platformDir = "/platform";
export const buildConfigDir = "/cnb/build-config";
export const lifecycleDir = "/cnb/lifecycle";
export const launcherFile = "/cnb/lifecycle/launcher";
export const processDir = "/cnb/process";

export const buildpackDir = (id: string, version: string): string => `/cnb/buildpacks/${escapeId(id)}/${version}`;

export const extensionDir = (id: string, version: string): string => `/cnb/extensions/${escapeId(id)}/${version}`;

/** Where a member of a group has its files. */
export const memberDir = ({ id, version, extension }: GroupElement): string =>
  extension ? extensionDir(id, version) : buildpackDir(id, version);

/** The layers directory of one buildpack. */
export const buildpackLayers = (id: string): string => `${layersDir}/${escapeId(id)}`;
