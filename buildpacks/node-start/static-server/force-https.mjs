const hostPattern = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * Returns a handler that redirects HTTP requests to HTTPS. A proxy in front of the container terminates TLS. It sends the scheme
 * and the host of the request in X-Forwarded-Proto and X-Forwarded-Host.
 */
export const byHttps = (handler) => (request, response) => {
  const { host = "", "x-forwarded-host": forwarded, "x-forwarded-proto": protocol } = request.headers;
  if (first(protocol) === "https") return handler(request, response);
  const name = first(forwarded) || host;
  if (!hostPattern.test(name) || !request.url.startsWith("/")) return response.writeHead(400).end();
  return response.writeHead(301, { location: `https://${name}${request.url}`, "content-length": 0 }).end();
};

/** Each proxy appends its value to the header, so the first value is that of the client. */
const first = (value) => value?.split(",")[0].trim();
