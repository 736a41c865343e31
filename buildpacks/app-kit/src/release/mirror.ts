import { type Release, UserError } from "libcnb";

/** A setting that names a mirror of the release files. */
export interface MirrorSetting {
  /** `BP_NODE_MIRROR` */
  readonly name: string;
  /** The user's value; `undefined` or empty for the official location. */
  readonly value: string | undefined;
  /** The error's code: `NODE_MIRROR_INVALID`. */
  readonly code: string;
  /** An example directory at that location for a hint: `v24.18.0/`. */
  readonly folder: string;
  /** The end of an official URL that is the same on the mirror; a URL without it is unchanged. */
  readonly path: RegExp;
  /** Such as `file:///mirror/node`. */
  readonly example: string;
}

/**
 * The release with its URL on the mirror, or unchanged if the setting is empty. The setting's value
 * is the URL of the directory that contains `folder` and its siblings.
 *
 * @throws UserError with the setting's code if its value is not an http, https or file URL
 */
export const onMirror = (release: Release, setting: MirrorSetting): Release => ({
  ...release,
  uri: addressOn(release.uri, setting),
});

/** The URL on the mirror for an official URL. */
export function addressOn(official: string, { name, value, code, folder, path, example }: MirrorSetting): string {
  if (!value) return official;
  if (!/^(https?|file):\/\//.test(value) || !URL.canParse(value)) {
    throw new UserError(code, `${name} is not an http, https or file address`, {
      hint: `Write the address of the folder that holds ${folder} and its siblings, such as ${example}.`,
    });
  }
  const [found] = path.exec(official) ?? [];
  return found === undefined ? official : `${value.replace(/\/+$/, "")}/${found}`;
}
