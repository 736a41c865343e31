/** Formats a URL for a log or an error, without credentials and without a signed query. */
export function shownUrl(url: URL): string {
  return ["npm:", "pypi:"].includes(url.protocol) ? url.href : `${url.protocol}//${url.host}${url.pathname}`;
}
