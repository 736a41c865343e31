import { dependency } from "libcnb";

export const node = dependency("node");
export const npm = dependency("npm");

/** The installed dependencies in the app folder. */
export const nodeModules = dependency("node_modules");

/** The package manager, for buildpacks that start the app with it. */
export const nodePackageManager = dependency("node_package_manager");
