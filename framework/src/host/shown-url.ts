/** An address for a log or an error: neither credentials nor a signed query belong there. */
export function shownUrl(url: URL): string {
  return ["npm:", "pypi:"].includes(url.protocol) ? url.href : `${url.protocol}//${url.host}${url.pathname}`;
}
