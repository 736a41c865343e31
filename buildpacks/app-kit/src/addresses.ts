/** An address without a password or token, as in `git+https://token@host`. SSH has the name of a user only, which all know. */
export const publicAddress = (address: string): string =>
  address.replace(/^((?:\w+\+)?https?:\/\/)[^/?#]*@/i, "$1").replace(/^([\w+.-]+:\/\/[^/?#:@]*):[^/?#]*@/, "$1@");

/**
 * A text without names, passwords and tokens before the host of the addresses in it. That of SSH is a name only, which all know.
 *
 * @param isPublic whether what stands before a host tells nothing, such as the names of variables; default: never
 */
export const withoutPasswords = (text: string, isPublic: (user: string) => boolean = () => false): string =>
  text.replace(/(https?:\/\/)([^/?#\s"'<>]*)@/gi, (address, start: string, user: string) =>
    isPublic(user) ? address : start,
  );

/** Decodes the user name or password of a URL. An invalid `%` is literal, as in curl and git. */
export function decodedLogin(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return text; // it is not UTF-8
  }
}
