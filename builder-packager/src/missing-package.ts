import { CnbError } from "./errors.ts";
import { packageVersion } from "./version.ts";

/** The packages that a `cnb` in a builder lacks (`cnb builder create --with-cnb`). */
const leftOut = ["create-buildpack", "esbuild", "libcnb", "openpgp"];

/** Returns the name of the package if an error says that `cnb` cannot load one that may be left out. */
export function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, name] = /^Cannot find (?:package|module) '([^']+)'/.exec(error.message) ?? [];
  return leftOut.find((each) => each === name);
}

/** Creates the error for a command that needs a package that is not installed. */
export const packageMissing = (name: string, cause?: unknown): CnbError =>
  new CnbError("PACKAGE_MISSING", `this command needs the npm package ${name}, which is not installed`, {
    cause,
    hint: `Run this command with the npm package @libcnb/packager ${packageVersion} on a machine with Node.js. The cnb in a builder cannot compile buildpacks, create projects or verify OpenPGP signatures.`,
  });
