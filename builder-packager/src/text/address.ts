/**
 * Removes secrets from the URLs in a text: user names, passwords, and queries, which may contain
 * signatures and tokens.
 *
 * @example `withoutSecrets("cannot fetch https://me:secret@example.com/a?token=x") // "cannot fetch https://***@example.com/a?***"`
 */
export const withoutSecrets = (text: string): string =>
  text.replaceAll(/(?<=\bhttps?:\/\/)([^\s"'<>`]*)/gi, (address) =>
    address.replace(/^[^/?#]*@/, "***@").replace(/\?.+$/, "?***"),
  );
