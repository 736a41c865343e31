import { dependency } from "libcnb";

export const node = dependency("node");
export const npm = dependency("npm");

/** The dependency `node_modules`: installed packages in the app's directory. */
export const nodeModules = dependency("node_modules");

/**
 * The dependency `node_package_manager`, for buildpacks that start the app with the package
 * manager.
 */
export const nodePackageManager = dependency("node_package_manager");
