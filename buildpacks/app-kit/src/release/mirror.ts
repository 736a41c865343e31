import { type Release, UserError } from "libcnb";

/** A setting that names another place for the files of releases. */
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
 * The release at the address that a setting names, if it does: that of the folder which holds `folder` and its siblings.
 *
 * @throws UserError with the setting's code if its value is no http, https or file address
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
