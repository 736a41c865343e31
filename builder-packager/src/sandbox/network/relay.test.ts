// @needs processes
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { type Relay, startRelay } from "./relay.ts";

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(onConnection?: (socket: Socket) => void, host = "127.0.0.1"): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, onConnection).listen(0, host);
  await once(server, "listening");
  return server;
}

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

/** A relay to an app, and a function that connects through it. */
async function relayTo(app: number): Promise<{ relay: Relay; client: () => Socket }> {
  const listener = await listening();
  const port = portOf(listener);
  const relay = await startRelay([{ listener, port: app }]);
  cleanUp.push(() => relay.close());
  return { relay, client: () => connect({ port, host: "127.0.0.1", allowHalfOpen: true }) };
}

async function appWith(onConnection: (socket: Socket) => void, host?: string): Promise<number> {
  const server = await listening(onConnection, host);
  cleanUp.push(() => server.close());
  return portOf(server);
}

test("a relay of twenty ports causes no warning about leaked event listeners", async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on("warning", onWarning);
  cleanUp.push(() => process.off("warning", onWarning));
  const port = await appWith((socket) => socket.end("hello"));
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listening()));
  const ports = listeners.map(portOf);
  const relay = await startRelay(listeners.map((listener) => ({ listener, port })));
  cleanUp.push(() => relay.close());
  expect(await text(connect({ port: ports[19] ?? 0, host: "127.0.0.1" }))).toBe("hello");
  await sleep(10);
  expect(warnings).toEqual([]);
});

test("a client that closes its sending side still gets the response", async () => {
  const { client } = await relayTo(await appWith(async (socket) => socket.end(`heard ${await text(socket)}`)));
  const socket = client();
  socket.end("you");
  expect(await text(socket)).toBe("heard you");
});

test("an app that closes its sending side still receives the rest of the request", async () => {
  let heard: Promise<string> | undefined;
  const port = await appWith((socket) => {
    heard = text(socket);
    socket.end("bye");
  });
  const { client } = await relayTo(port);
  const socket = client();
  expect(await text(socket)).toBe("bye");
  socket.end("one more thing");
  await once(socket, "close");
  expect(await heard).toBe("one more thing");
});

test("an app that listens only on IPv6 is reached through the relay", async () => {
  const { client } = await relayTo(await appWith((socket) => socket.end("six"), "::1"));
  expect(await text(client())).toBe("six");
});

test("many simultaneous connections through the relay each get their own complete data", async () => {
  const { client } = await relayTo(await appWith((socket) => socket.pipe(socket)));
  const sizes = Array.from({ length: 200 }, (_, index) => 1000 * index);
  const echoes = sizes.map(async (size, index) => {
    const socket = client();
    socket.end(Buffer.alloc(size, index));
    return (await buffer(socket)).equals(Buffer.alloc(size, index));
  });
  expect((await Promise.all(echoes)).filter((isWhole) => !isWhole)).toEqual([]);
});

test("the relay reads an app's output no faster than the client reads", async () => {
  let written = 0;
  const total = 64 * 2 ** 20;
  const port = await appWith(async (socket) => {
    socket.on("error", () => {});
    const part = Buffer.alloc(2 ** 16);
    for (; written < total && !socket.destroyed; written += part.length)
      await new Promise((resolve) => socket.write(part, resolve));
    socket.end();
  });
  const { client } = await relayTo(port);
  const socket = client().pause();
  await sleep(500);
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(total / 2);
  let read = 0;
  for await (const part of socket) read += (part as Buffer).length;
  expect(read).toBe(total);
});

test("a client that connects before the app listens gets an error, and can connect later", async () => {
  const app = await listening();
  const port = portOf(app);
  await new Promise((resolve) => app.close(resolve));
  const { client } = await relayTo(port);
  const [error] = await once(client(), "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
  const later = createServer((socket) => socket.end("here")).listen(port, "127.0.0.1");
  await once(later, "listening");
  cleanUp.push(() => later.close());
  expect(await text(client())).toBe("here");
});

test("a connection that the app resets is reset for the client", async () => {
  const { client } = await relayTo(await appWith((socket) => socket.once("data", () => socket.resetAndDestroy())));
  const socket = client();
  socket.write("x");
  const [error] = await once(socket, "error");
  expect(error).toMatchObject({ code: "ECONNRESET" });
});

test("a connection that the client resets is reset for the app", async () => {
  let end: Promise<unknown> | undefined;
  const port = await appWith((socket) => {
    end = once(socket.resume(), "error");
  });
  const { client } = await relayTo(port);
  const socket = client();
  socket.write("x");
  while (!end) await sleep(5);
  socket.resetAndDestroy();
  expect(await end).toMatchObject([{ code: "ECONNRESET" }]);
});

test("closing the relay delivers pending data without waiting for open connections", async () => {
  const { relay, client } = await relayTo(await appWith((socket) => socket.write("never ends")));
  const [one] = await once(client(), "data");
  expect(`${one}`).toBe("never ends");
  const start = performance.now();
  await relay.close();
  expect(performance.now() - start).toBeLessThan(5000);
  expect(existsSync(`/proc/${relay.pid}`)).toBe(false);
});

test("a relay that cannot start reports the reason", async () => {
  const listener = await listening();
  const failure = { code: "SANDBOX_FAILED", message: "ports cannot be forwarded to the app: no way" };
  await expect(startRelay([{ listener, port: 1 }], ["sh", "-c", "echo no way >&2; exit 1"])).rejects.toMatchObject(
    failure,
  );
  expect(listener.listening).toBe(false);
  await expect(startRelay([], ["/no/such"])).rejects.toMatchObject({ code: "SANDBOX_FAILED" });
});

/** Process 1 of a container may be a program that reaps nobody: what ended stays there as a zombie. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

test("the relay process ends if its parent is killed", async () => {
  const dir = mkdtempSync(join(tmpdir(), "relay-"));
  cleanUp.push(() => rmSync(dir, { recursive: true }));
  const module = new URL("relay.ts", import.meta.url).href;
  writeFileSync(join(dir, "owner.mts"), `process.send((await (await import("${module}")).startRelay([])).pid);`);
  const owner = fork(join(dir, "owner.mts"), { execArgv: ["--conditions=@libcnb/source"] });
  const [pid] = (await once(owner, "message")) as [number];
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  owner.kill("SIGKILL");
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 60_000 });
});
