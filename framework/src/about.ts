/** This package, as its package.json says. The addresses are undefined as long as that names none. */
export const about: About = {
  name: "libcnb",
  version: "0.1.0",
};

interface About {
  readonly name: string;
  readonly version: string;
  readonly homepage?: string;
  /** Where bugs are reported. */
  readonly bugs?: string;
}
