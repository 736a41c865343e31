/**
 * This package's metadata from its package.json. The URLs are undefined if package.json has none.
 */
export const about: About = {
  name: "libcnb",
  version: "0.1.0",
};

interface About {
  readonly name: string;
  readonly version: string;
  readonly homepage?: string;
  /** The URL for bug reports. */
  readonly bugs?: string;
}
