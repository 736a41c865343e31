import { once } from "node:events";
import http from "node:http";
import { expect, test } from "vitest";
import { listen } from "../../../test/support/registry/listen.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { copyImages } from "./copy.ts";
import { parseDestination } from "./destination.ts";

test("a copy of an image that does not exist closes its connection to a destination that does not answer", async () => {
  const silent = http.createServer();
  const asked = once(silent, "request");
  const without = http.createServer(async (_request, response) => {
    await asked;
    response.writeHead(404).end();
  });
  const [source, destination] = [await listen(without), await listen(silent)];
  try {
    const reference = parseImageReference(`${source.host}/absent:1`);
    const copying = copyImages([reference], parseDestination(`${destination.host}/app:1`));
    await expect(copying).rejects.toMatchObject({ message: expect.stringContaining(source.host) });
    const [{ socket }] = await asked;
    if (!socket.destroyed) await once(socket, "close");
  } finally {
    await Promise.all([source.stop(), destination.stop()]);
  }
}, 20_000);
