/**
 * Normalizes the name of a package or extra for comparison: `ruamel-yaml` for `Ruamel.YAML`.
 *
 * @see https://packaging.python.org/en/latest/specifications/name-normalization/
 */
export const normalizedName = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();

/** An installed package, as named by its metadata directory. */
export interface DistributionName {
  /** The name as written in the directory's name: `Flask`. */
  readonly name: string;
  /** The version; `undefined` if an older tool left it out. */
  readonly version: string | undefined;
}

/**
 * Finds the packages in a `site-packages` directory by the file names in it:
 * `Flask-3.1.2.dist-info`, or `Flask-3.1.2-py3.14.egg-info` of older tools.
 *
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export const distributionsAmong = (names: readonly string[]): readonly DistributionName[] =>
  names.flatMap((each) => {
    const [, name, version] = /^(.+?)(?:-([^-]+?))?(?:-py\d[\d.]*)?\.(?:dist|egg)-info$/.exec(each) ?? [];
    return name === undefined ? [] : [{ name, version }];
  });
