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

test("an app that accepts connections answers", async () => {
  const port = await listening((socket) => socket.on("error", () => {}));
  expect(await appAnswers({ host: "localhost", port, isForwarded: false }, never)).toBe(true);
});

test("an app that begins to listen later answers then", async () => {
  const port = await freePort();
  const answer = appAnswers({ host: "localhost", port, isForwarded: false }, never);
  await listening((socket) => socket.on("error", () => {}), port);
  expect(await answer).toBe(true);
});

test("a forwarded port that closes connections is not the app's answer", async () => {
  let connections = 0;
  const port = await listening((socket) => {
    socket.on("error", () => {});
    connections += 1;
    if (connections < 3) socket.destroy();
  });
  expect(await appAnswers({ host: "localhost", port, isForwarded: true }, never)).toBe(true);
  expect(connections).toBe(3);
});

test("the wait ends when it is aborted", async () => {
  const abort = new AbortController();
  const answer = appAnswers({ host: "localhost", port: await freePort(), isForwarded: false }, abort.signal);
  abort.abort();
  expect(await answer).toBe(false);
});
