import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, posix } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Serves a directory's files on the loopback interface, below a path such as `/` or `/docs/`. */
export async function serve(dir: string, { below = "/", port = 0 } = {}) {
  const prefix = posix.join("/", below, "/");
  const server = createServer(async ({ url = "/" }, response) => {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const file = path.endsWith("/") ? `${path}index.html` : path;
    const content = file.startsWith(prefix)
      ? await readFile(join(dir, posix.normalize(`/${file.slice(prefix.length)}`))).catch(() => undefined)
      : undefined;
    response.writeHead(content ? 200 : 404, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(content ?? "not found");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: listening } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${listening}${prefix}`, close: () => void server.close() };
}
