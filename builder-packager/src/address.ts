/**
 * A text with its addresses as anybody may see them: without names and passwords, and without queries, where signatures and
 * tokens of downloads are.
 *
 * @example `withoutSecrets("cannot fetch https://me:secret@example.com/a?token=x") // "cannot fetch https://***@example.com/a?***"`
 */
export const withoutSecrets = (text: string): string =>
  text.replaceAll(/(?<=\bhttps?:\/\/)([^\s"'<>`]*)/gi, (address) =>
    address.replace(/^[^/?#]*@/, "***@").replace(/\?.+$/, "?***"),
  );
