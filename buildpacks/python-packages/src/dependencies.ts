import { dependency } from "libcnb";

/** The dependency `python`: CPython, with pip during the build. */
export const python = dependency("python");

/** The dependency for the virtual environment with the packages of the app. */
export const pythonPackages = dependency("python_packages");
