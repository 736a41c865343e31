const hostPattern = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/** Sends who has not come by HTTPS there. It ends at a proxy in front of the container, which tells how a request came, and by what name. */
export const byHttps = (handler) => (request, response) => {
  const { host = "", "x-forwarded-host": forwarded, "x-forwarded-proto": protocol } = request.headers;
  if (first(protocol) === "https") return handler(request, response);
  const name = first(forwarded) || host;
  if (!hostPattern.test(name) || !request.url.startsWith("/")) return response.writeHead(400).end();
  return response.writeHead(301, { location: `https://${name}${request.url}`, "content-length": 0 }).end();
};

/** Each proxy on the way adds its own behind the others. */
const first = (value) => value?.split(",")[0].trim();
