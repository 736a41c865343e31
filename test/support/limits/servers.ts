import http from "node:http";
import { Readable } from "node:stream";
import { limits } from "../../../builder-packager/src/limits.ts";
import { engineAt } from "../../../builder-packager/src/oci/daemon/engine.ts";
import { wordsOf } from "../../../builder-packager/src/oci/registry/transport/body.ts";
import { listen } from "../registry/listen.ts";
import { type Attacks, cut } from "./attack.ts";

/** An engine that answers with this status and so many bytes. */
async function engine(status: number, bytes: number) {
  const server = await listen(
    http.createServer((request, response) => {
      request.resume();
      if (request.url === "/_ping") response.end("OK");
      else response.writeHead(status).end(Buffer.alloc(bytes, "a"));
    }),
  );
  const [hostname, port] = server.host.split(":");
  try {
    const endpoint = { where: "it", connection: { protocol: "http:", hostname, port } } as never;
    const opened = await engineAt(endpoint, "ask");
    return await (await opened.send({ method: "GET", path: "/version", expect: [200] })).text();
  } finally {
    await server.stop();
  }
}

/** Ten times the limits that answers of registries and engines reach. */
export const serverAttacks: Attacks = {
  registryWords: [
    async () => cut(await wordsOf(Readable.from([Buffer.alloc(10 * limits.registryWords.most, "a")]))),
    `${limits.registryWords.most} characters`,
  ],
  engineError: [
    () =>
      engine(500, 10 * limits.engineError.most).catch((error: Error) =>
        cut(error.message.slice("cannot ask: the engine at it answered HTTP 500: ".length)),
      ),
    " characters",
  ],
  engineText: [
    () => engine(200, 10 * limits.engineText.most),
    "the response of the engine at it has more than 16777216 bytes",
  ],
};
