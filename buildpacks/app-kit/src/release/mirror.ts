import { type Release, UserError } from "libcnb";

/** A setting whose value is the URL of a mirror of release files. */
export interface MirrorSetting {
  /** The name of the setting, for example `BP_NODE_MIRROR`. */
  readonly name: string;
  /** The value that the user set; `undefined` or empty for the official location. */
  readonly value: string | undefined;
  /** The code of the error, for example `NODE_MIRROR_INVALID`. */
  readonly code: string;
  /** An example of a directory on the mirror, for a hint: `v24.18.0/`. */
  readonly folder: string;
  /**
   * Matches the end of an official URL that is the same on the mirror. A URL without a match is
   * unchanged.
   */
  readonly path: RegExp;
  /** An example value, such as `file:///mirror/node`. */
  readonly example: string;
}

/**
 * Returns the release with its URL on the mirror, or the unchanged release if the setting is empty.
 * The setting's value is the URL of the directory that contains `folder` and its siblings.
 *
 * @throws UserError with the setting's code if its value is not an http, https or file URL
 */
export const onMirror = (release: Release, setting: MirrorSetting): Release => ({
  ...release,
  uri: addressOn(release.uri, setting),
});

/**
 * Converts an official URL of a release file to its URL on the mirror. The URL is unchanged if the
 * setting is empty, or if the mirror does not contain this path.
 *
 * @throws UserError with the setting's code if its value is not an http, https or file URL
 */
export function addressOn(official: string, { name, value, code, folder, path, example }: MirrorSetting): string {
  if (!value) return official;
  if (!/^(https?|file):\/\//.test(value) || !URL.canParse(value)) {
    throw new UserError(code, `${name} is not an http, https or file URL`, {
      hint: `Set ${name} to the URL of the directory that contains ${folder}, such as ${example}.`,
    });
  }
  const [found] = path.exec(official) ?? [];
  return found === undefined ? official : `${value.replace(/(?<!\/)\/+$/, "")}/${found}`;
}
