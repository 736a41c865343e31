import { dependency } from "libcnb";

/** A CPython with pip at build. */
export const python = dependency("python");

/** The virtual environment with the packages of the app. */
export const pythonPackages = dependency("python_packages");
