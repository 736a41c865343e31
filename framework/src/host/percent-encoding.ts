/** The last part of an address's path. */
export const fileNameOf = ({ pathname }: URL): string => percentDecoded(pathname.slice(pathname.lastIndexOf("/") + 1));

/** A part of a URL without its percent-encoding. A percent sign that encodes nothing stays. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
