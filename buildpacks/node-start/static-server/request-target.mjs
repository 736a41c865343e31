/**
 * Whoever takes the server for a proxy asks for a whole address. Its host counts then, whatever the header says:
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
