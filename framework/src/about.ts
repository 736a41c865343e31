/**
 * The metadata of the package `libcnb`. Name, version and the URL for bug reports are those of
 * package.json. There is no URL for the documentation yet, so errors do not link to it.
 */
export const about: About = {
  name: "libcnb",
  version: "0.1.0",
  bugs: "https://github.com/libcnb/libcnb.ts/issues",
};

interface About {
  readonly name: string;
  readonly version: string;
  /** The address of the documentation of this version, without a slash at the end. */
  readonly documentation?: string;
  /** The URL for bug reports. */
  readonly bugs?: string;
}
