import { open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Files on the loopback interface. Remembers the paths that were asked for. */
export interface Mirror extends AsyncDisposable {
  readonly url: string;
  readonly requests: string[];
}

/** Serves files until it is disposed of: `fileOf` gives the file for a path, or nothing. */
export async function serve(fileOf: (path: string) => Promise<string | undefined>): Promise<Mirror> {
  const requests: string[] = [];
  const server = createServer(async ({ url = "/" }, response) => {
    const path = decodeURIComponent(new URL(url, "http://mirror").pathname);
    requests.push(path);
    // one that is named and not there is missing, too: a connection that just ends would be asked again
    const file = await fileOf(path)
      .then((name) => (name === undefined ? undefined : open(name)))
      .catch(() => undefined);
    if (!file) return response.writeHead(404).end();
    return file
      .createReadStream()
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((done) => server.close(() => done()));
  return { url: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: close };
}
