// @needs processes
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { nodeLayerDir } from "../../../builder-packager/src/compile/small/engine.ts";
import { issue } from "./issued-certificates.ts";

/** A run of a file of cases for the Node layer: its path below `conformance` without the suffix, and its arguments. */
export interface CaseRun {
  readonly name: string;
  readonly args?: readonly string[];
}

/** The files of cases that need no server and no arguments, by directory. */
const CASES: Readonly<Record<string, string>> = {
  "": "assert async-hooks console events json locale module path text timers url v8",
  "bytes/": "buffer crypto crypto-classes deflate keys xz zlib zlib-later zstd",
  "fs/": "arguments callbacks fs long-work promises read-bytes turns",
  "network/": "dns net server x509",
  "process/": "child-process os process tty values",
  "streams/": "states stream web",
  "util/": "functions types util",
};

/** The ways to end a process in `process/exit.ts`. */
const ENDS = `exit, exit 3, exit text, exit bad, exit large, exit negative, exit in exit, exitCode, exitCode in exit,
  abort, kill, throw, throw in exit, throw text, reject, reject with text`.split(/,\s+/);

/** The runs that need nothing but the program. */
export const caseRuns: readonly CaseRun[] = [
  ...Object.entries(CASES).flatMap(([dir, names]) => names.split(" ").map((name) => ({ name: `${dir}${name}` }))),
  ...ENDS.map((end) => ({ name: "process/exit", args: [end] })),
];

/** The environment of all runs: one case is about this variable. */
export const caseEnv = { ...process.env, NODE_DEBUG: "case*" };

export const caseFile = (name: string): string => {
  const [ts = "", mjs = ""] = ["ts", "mjs"].map((suffix) => join(nodeLayerDir(), "conformance", `${name}.${suffix}`));
  return existsSync(ts) ? ts : mjs;
};

async function listening(server: Server): Promise<number> {
  server.on("connection", (socket: Socket) => socket.on("error", () => {}));
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

/** Sends back what comes first, and closes unless it is the text `four`. */
function answer(socket: Socket): void {
  socket.on("error", () => {});
  socket.once("data", (data) => (`${data}` === "four" ? socket.write(data) : socket.end(data)));
}

/** A proxy that connects to the named port of this machine, refuses the host `refused.test`, and does not answer for `silent.test`. */
function tunnel({ url = "", headers }: IncomingMessage, socket: Duplex): void {
  const { hostname, port } = new URL(`http://${url}`);
  socket.on("error", () => {});
  if (hostname === "refused.test") {
    socket.end("HTTP/1.1 403 Not allowed\r\n\r\n");
    return;
  }
  if (hostname === "silent.test") {
    return;
  }
  const target = connect(Number(port), "127.0.0.1", () => {
    socket.write(`HTTP/1.1 200 ${headers["proxy-authorization"] ?? "Established"}\r\n\r\n`);
    socket.pipe(target).pipe(socket);
  });
  target.on("error", () => socket.destroy());
}

/**
 * Starts the servers for `network/sockets.ts` while they are used.
 *
 * @param dir a directory for the file that tells the cases of the servers
 */
export async function withSocketServers<T>(dir: string, use: (run: CaseRun) => Promise<T>): Promise<T> {
  const root = issue("root", { isCa: true });
  const { keyPem: key, pem: cert } = issue("server", { issuer: root, names: ["localhost", "127.0.0.1"] });
  const https = createHttpsServer({ key, cert }, async (request, response) => {
    const body = await request.toArray();
    response.setHeader("x-method", request.method ?? "").end(`${request.url} ${Buffer.concat(body)}`);
  });
  const proxy = createHttpServer().on("connect", tunnel);
  const servers = [createServer(answer), createTlsServer({ key, cert }, answer), https, proxy] as const;
  const [echo, secureEcho, httpsPort, proxyPort] = await Promise.all(servers.map(listening));
  const file = join(dir, "servers.json");
  writeFileSync(file, JSON.stringify({ echo, secureEcho, https: httpsPort, proxy: proxyPort, ca: root.pem }));
  try {
    return await use({ name: "network/sockets", args: [file] });
  } finally {
    for (const server of servers) server.close();
  }
}

/** Starts the server for `network/http.ts`, which also listens on the next port, while it is used. */
export async function withHttpServer<T>(use: (run: CaseRun) => Promise<T>): Promise<T> {
  const port = `${await freePort()}`;
  const server = spawn(process.execPath, ["--no-warnings", caseFile("network/http-server"), port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(server.stdout, "data");
    return await use({ name: "network/http", args: [port] });
  } finally {
    server.kill();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  return port;
}
