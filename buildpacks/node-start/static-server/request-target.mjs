/**
 * A client that treats the server as a proxy requests an absolute URL. The host in the URL then replaces the header Host:
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
export const inOriginForm = (handler) => (request, response) => {
  const [, host, path] = /^https?:\/\/([^/?#@]+)(\/[^#]*|\?[^#]*)?$/i.exec(request.url) ?? [];
  if (host !== undefined) {
    request.url = path?.startsWith("/") ? path : `/${path ?? ""}`;
    request.headers.host = host;
  }
  return handler(request, response);
};
