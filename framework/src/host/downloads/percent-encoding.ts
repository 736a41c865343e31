/** Returns the last component of a URL's path. */
export const fileNameOf = ({ pathname }: URL): string => percentDecoded(pathname.slice(pathname.lastIndexOf("/") + 1));

/** Decodes the percent-encoding of a URL's part. Text with an invalid escape is returned unchanged. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
