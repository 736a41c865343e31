/** A part of a URL without its percent-encoding. A percent sign that encodes nothing stays. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
