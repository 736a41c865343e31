/**
 * Removes the password or token from a URL such as `git+https://token@host`. The user name of an
 * SSH URL is kept, because it is not secret.
 */
export const publicAddress = (address: string): string =>
  address.replace(/^((?:\w+\+)?https?:\/\/)[^/?#]*@/i, "$1").replace(/^([\w+.-]+:\/\/[^/?#:@]*):[^/?#]*@/, "$1@");

/**
 * Removes user names, passwords and tokens from the HTTP URLs in a text.
 *
 * @param isPublic true if the part of a URL before the `@` is not secret, such as a reference to a
 * variable; default: never
 */
export const withoutPasswords = (text: string, isPublic: (user: string) => boolean = () => false): string =>
  text.replace(/(https?:\/\/)([^/?#\s"'<>]*)@/gi, (address, start: string, user: string) =>
    isPublic(user) ? address : start,
  );

/**
 * Decodes the user name or password of a URL. An invalid percent sequence is left unchanged, as by
 * curl and git.
 */
export function decodedLogin(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return text; // it is not UTF-8
  }
}
