import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../testing/free-port.ts";
import { appAnswers } from "./app-answers.ts";

let server: Server | undefined;
afterEach(() => server?.close());

async function listening(accept: (socket: Socket) => void, port = 0): Promise<number> {
  server = createServer(accept).listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const never = new AbortController().signal;

test("the wait for an app ends when the app accepts connections", async () => {
  const port = await listening((socket) => socket.on("error", () => {}));
  expect(await appAnswers({ host: "localhost", port, isForwarded: false }, never)).toBe(true);
});

test("the wait for an app ends when the app begins to listen later", async () => {
  const port = await freePort();
  const answer = appAnswers({ host: "localhost", port, isForwarded: false }, never);
  await listening((socket) => socket.on("error", () => {}), port);
  expect(await answer).toBe(true);
});

test("the wait for an app continues while a forwarded port closes its connections", async () => {
  let connections = 0;
  const port = await listening((socket) => {
    socket.on("error", () => {});
    connections += 1;
    if (connections < 3) socket.destroy();
  });
  expect(await appAnswers({ host: "localhost", port, isForwarded: true }, never)).toBe(true);
  expect(connections).toBe(3);
});

test("the wait for an app ends without success when it is aborted", async () => {
  const abort = new AbortController();
  const answer = appAnswers({ host: "localhost", port: await freePort(), isForwarded: false }, abort.signal);
  abort.abort();
  expect(await answer).toBe(false);
});
