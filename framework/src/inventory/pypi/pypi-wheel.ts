/** A wheel in a Python package index. */
export interface Wheel {
  /** The normalized project name, as in the index: `poetry-core`. */
  readonly project: string;
  readonly file: string;
}

/**
 * Parses `pypi:uv-0.13.9-py3-none-any.whl`; undefined for another form. The name of a wheel
 * contains the project and an exact version.
 *
 * @see https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
export function pypiWheel(uri: string): Wheel | undefined {
  const [, file, name] =
    /^pypi:(([A-Za-z0-9][\w.]{0,200})-\d[\w.!+]{0,100}(?:-\d\w{0,50})?(?:-[\w.]{1,300}){3}\.whl)$/.exec(uri) ?? [];
  return file === undefined || name === undefined
    ? undefined
    : { project: name.toLowerCase().replaceAll(/[_.-]+/g, "-"), file };
}
