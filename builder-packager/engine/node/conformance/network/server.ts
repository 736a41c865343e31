import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import net, { type AddressInfo, connect, createServer, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { report, reportLater, untyped } from "../report.ts";

/* Servers, sockets of files, and sockets for descriptors. */

const host = "127.0.0.1";
const dir = mkdtempSync(join(tmpdir(), "server-"));
const path = join(dir, "socket");

async function listening(server: Server, ...args: unknown[]): Promise<number> {
  untyped<{ listen(...args: unknown[]): void }>(server).listen(...args);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
const closed = (server: Server) => new Promise((resolve) => server.close((error) => resolve(error ?? "closed")));
/** An error without the port, which differs. */
const withoutPort = (error: Error & { port?: number }) => {
  error.message = error.message.replace(`:${error.port}`, "");
  return [error, delete error.port];
};

report("the same functions", () => [
  net.createServer === createServer,
  net.Server === Server,
  createServer() instanceof Server,
  new Server().listening,
  new Server().address(),
]);
await reportLater("echo", async () => {
  const server = createServer((socket) => socket.pipe(socket));
  const port = await listening(server, 0, host);
  const client = connect(port, host);
  client.end("hello");
  const answer = await text(client);
  const { address, family } = server.address() as AddressInfo;
  return [answer, address, family, server.listening, await closed(server), server.listening, server.address()];
});
await reportLater("a timer during writes that are complete at once", async () => {
  const server = createServer((socket) => socket.resume());
  const client = connect(await listening(server, 0, host), host);
  const writeOn = () => {
    if (!client.destroyed) {
      client.write("a", writeOn);
    }
  };
  await once(client, "connect");
  writeOn();
  await new Promise((resolve) => setTimeout(resolve, 10));
  client.destroy();
  return await closed(server);
});
await reportLater("half open", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let words = "";
    socket.setEncoding("utf8").on("data", (part) => (words += part));
    socket.on("end", () => setTimeout(() => socket.end(`got ${words}`), 10));
  });
  const port = await listening(server, { port: 0, host });
  const client = connect({ port, host, allowHalfOpen: true });
  client.write("one ");
  client.end("two");
  return [await text(client), client.allowHalfOpen, await closed(server)];
});
await reportLater("addresses of a connection", async () => {
  const server = createServer();
  const port = await listening(server, 0, host);
  const client = connect(port, host);
  const [[socket]] = (await Promise.all([once(server, "connection"), once(client, "connect")])) as [[Socket], unknown];
  const result = [
    socket.remotePort === client.localPort,
    client.remotePort === port,
    socket.localPort === port,
    socket.remoteAddress,
    socket.localAddress,
    socket.remoteFamily,
    client.localAddress,
    await new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
  ];
  client.destroy();
  socket.destroy();
  await closed(server);
  return result;
});
await reportLater("reset", async () => {
  const server = createServer((socket) => socket.resetAndDestroy());
  const port = await listening(server, 0, host);
  const client = connect(port, host);
  client.resume();
  // While it connects or afterwards: whichever is noticed first.
  const [error] = await once(client, "error");
  await closed(server);
  return error.code;
});
await reportLater("reset of a socket without a connection", async () => {
  const socket = new Socket();
  socket.resetAndDestroy();
  return once(socket, "error");
});
await reportLater("a port that is taken", async () => {
  const server = createServer();
  const port = await listening(server, 0, host);
  const second = createServer().listen(port, host);
  const [error] = await once(second, "error");
  await closed(server);
  return [...withoutPort(error), second.listening, second.address()];
});
await reportLater("an address of another machine", async () => {
  const [error] = await once(createServer().listen(0, "192.0.2.1"), "error");
  return error;
});
await reportLater("close without listen", () => closed(createServer()));
await reportLater("listen again", async () => {
  const server = createServer();
  await listening(server, 0, host);
  try {
    return server.listen(0, host);
  } catch (error) {
    return error;
  } finally {
    await closed(server);
  }
});
report("a bad port", () => createServer().listen(65_536));
await reportLater("a socket's file", async () => {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(path);
  await once(server, "listening");
  const client = connect(path);
  client.end("hello");
  const answer = await text(client);
  const second = connect({ path });
  second.end("again");
  return [answer, await text(second), server.address() === path, client.remoteAddress, await closed(server)];
});
await reportLater("a socket's file that does not exist", async () => {
  const [error] = await once(connect("/nonexistent/socket"), "error");
  return error;
});
await reportLater("a socket for a pipe", async () => {
  const fifo = join(dir, "fifo");
  await once(spawn("mkfifo", [fifo]), "close");
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(fifo, "w");
  const child = spawn("/bin/sh", ["-c", "echo out; echo err >&2"], { stdio: ["ignore", writer, writer], env: {} });
  closeSync(writer);
  const socket = new Socket({ fd: reader, readable: true, writable: false });
  const events: string[] = [];
  for (const event of ["end", "close"]) {
    socket.on(event, () => events.push(event));
  }
  const [words] = await Promise.all([text(socket), once(child, "close"), once(socket, "close")]);
  return [words, socket.writable, events];
});
rmSync(dir, { recursive: true });
