/** Returns the file name in a URL: the last component of the URL's path, decoded. */
export const fileNameOf = ({ pathname }: URL): string => percentDecoded(pathname.slice(pathname.lastIndexOf("/") + 1));

/**
 * Decodes the percent-encoding of a part of a URL. A text with an invalid escape is returned
 * unchanged.
 */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
