import { type Release, UserError } from "libcnb";

/** A setting that names another place for the files of releases. */
export interface MirrorSetting {
  /** `BP_NODE_MIRROR` */
  readonly name: string;
  /** What the user wrote; `undefined` or empty: the official place. */
  readonly value: string | undefined;
  /** The error's code: `NODE_MIRROR_INVALID`. */
  readonly code: string;
  /** One of the folders at that place, in the words of a hint: `v24.18.0/`. */
  readonly folder: string;
  /** The end of an official address that is the same at the other place; what does not match it is left where it is. */
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

/** The same for an official address. */
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
