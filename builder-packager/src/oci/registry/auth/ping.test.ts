// @needs processes
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../../../../../test/support/registry/certificates.ts";
import { readImage } from "../../image-io.ts";
import { parseImageReference } from "../../model/reference.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { createTransport } from "../transport/transport.ts";
import { originsOf, type PingResponse, ping } from "./ping.ts";

let dir: string;
let certificates: Certificates;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "greeting-"));
  certificates = await makeCertificates(dir, ["IP:127.0.0.1", "IP:0.0.0.0"]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));
const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** How a server answers who does not begin with TLS, and who does. */
type Answer = "ends" | "alert" | http.RequestListener;
interface Port {
  readonly plain: Answer;
  readonly secure: Answer;
}

const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  (_request, response) => {
    response.writeHead(code, headers).end();
  };
const ask = { "www-authenticate": 'Basic realm="r"' };
const toItself: http.RequestListener = ({ headers, url }, response) => {
  response.writeHead(301, { location: `https://${headers.host}${url}` }).end();
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A port that may speak both. Its log has what was asked, and with which credentials. */
async function start({ plain, secure }: Port): Promise<{ readonly port: string; readonly log: readonly string[] }> {
  const log: string[] = [];
  const handled =
    (kind: string, answer: Answer): http.RequestListener =>
    (request, response) => {
      const { authorization } = request.headers;
      log.push(`${kind} ${request.method} ${request.url}${authorization ? ` as ${authorization}` : ""}`);
      if (typeof answer === "function") answer(request, response);
    };
  const key = await certificates.server();
  const servers = {
    plain: http.createServer(handled("plain", plain)),
    secure: https.createServer(key, handled("secure", secure)),
  };
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket
      .on("error", () => undefined)
      .once("data", (first) => {
        const kind = first[0] === 0x16 ? "secure" : "plain"; // the record of a handshake (RFC 8446, section 5.1)
        const answer = kind === "secure" ? secure : plain;
        if (typeof answer === "function") {
          const inner = connect(portOf(servers[kind]), "127.0.0.1").on("error", () => socket.destroy());
          inner.write(first);
          socket.pipe(inner).pipe(socket);
        } else {
          log.push(`${kind} ${answer}`);
          socket.end(answer === "alert" ? Buffer.from([0x15, 3, 1, 0, 2, 2, 40]) : "");
        }
      });
  });
  for (const each of [server, servers.plain, servers.secure]) {
    await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", resolve));
    opened.push(() => each.close());
  }
  opened.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port: String(portOf(server)), log };
}

const pinged = async (host: string, options: RegistryOptions = {}): Promise<PingResponse> => {
  const clock = { now: Date.now, sleep: async () => undefined };
  const given = { clock, ...options };
  return ping(host, createTransport(host, given), given, "look");
};

describe("the protocol of a port on this machine", () => {
  const fine = status(200);
  test.for<readonly [name: string, port: Port, expected: readonly [origin: string, challenge?: string], log: string[]]>(
    [
      ["is http if the server answers plain http", { plain: fine, secure: fine }, ["http"], ["plain GET /v2/"]],
      [
        "is http if the server asks for login over plain http",
        { plain: status(401, ask), secure: fine },
        ["http", ask["www-authenticate"]],
        ["plain GET /v2/"],
      ],
      [
        "is https if plain http is answered with HTTP 400",
        { plain: status(400), secure: fine },
        ["https"],
        ["plain GET /v2/", "secure GET /v2/"],
      ],
      [
        "is https if plain http is answered with HTTP 426",
        { plain: status(426), secure: fine },
        ["https"],
        ["plain GET /v2/", "secure GET /v2/"],
      ],
      [
        "is https if plain http redirects to https",
        { plain: toItself, secure: fine },
        ["https"],
        ["plain GET /v2/", "secure GET /v2/"],
      ],
      [
        "is https if the server closes the plain http connection",
        { plain: "ends", secure: fine },
        ["https"],
        ["plain ends", "secure GET /v2/"],
      ],
      [
        "is https if the server answers plain http with a TLS alert",
        { plain: "alert", secure: fine },
        ["https"],
        ["plain alert", "secure GET /v2/"],
      ],
      [
        "is http if plain http answers HTTP 400 and TLS fails",
        { plain: status(400), secure: "alert" },
        ["http"],
        ["plain GET /v2/", "secure alert"],
      ],
    ],
  )("%s", async ([, given, [protocol, challenge], log]) => {
    const { port, ...server } = await start(given);
    expect(await pinged(`127.0.0.1:${port}`)).toEqual({ origin: `${protocol}://127.0.0.1:${port}`, challenge });
    expect(server.log).toEqual(log);
  });

  test("is known before credentials are sent", async () => {
    const { port, log } = await start({ plain: status(400), secure: status(404) });
    const host = `127.0.0.1:${port}`;
    const env = { CNB_REGISTRY_AUTH: JSON.stringify({ [host]: "Bearer secret" }) };
    await expect(readImage(parseImageReference(`${host}/app:1`), { registry: { env } })).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
    });
    expect(log).toEqual(["plain GET /v2/", "secure GET /v2/", "secure GET /v2/app/manifests/1 as Bearer secret"]);
  });

  test("is probed again when the server changes it", async () => {
    let left = 3;
    const starting: http.RequestListener = (request, response) =>
      left-- > 0 ? request.socket.destroy() : void response.end();
    const { port, log } = await start({ plain: starting, secure: "alert" });
    expect((await pinged(`127.0.0.1:${port}`)).origin).toBe(`http://127.0.0.1:${port}`);
    expect(log.filter((line) => line === "plain GET /v2/")).toHaveLength(4);
  });
});

describe("the protocol of a port on another machine", () => {
  test("is never plain http, even if the server has no TLS", async () => {
    const { port, log } = await start({ plain: status(200), secure: "alert" });
    await expect(pinged(`0.0.0.0:${port}`)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect(log).toEqual(["secure alert"]);
  });

  test("is probed starting with TLS if the registry is configured as insecure", async () => {
    const { port, log } = await start({ plain: status(200), secure: status(200) });
    const host = `0.0.0.0:${port}`;
    expect(await pinged(host, { insecure: [host] })).toEqual({ origin: `https://${host}`, challenge: undefined });
    expect(log).toEqual(["secure GET /v2/"]);
  });
});

test.for<readonly [host: string, insecure: readonly string[], expected: readonly string[]]>([
  ["localhost:5000", [], ["http", "https"]],
  ["127.1.2.3:5000", [], ["http", "https"]],
  ["[::1]:5000", [], ["http", "https"]],
  ["localhost", [], ["https", "http"]],
  ["localhost:443", [], ["https", "http"]],
  ["localhost:4430", [], ["http", "https"]],
  ["localhost.example:5000", [], ["https"]],
  ["127.0.0.1.example:5000", [], ["https"]],
  ["registry.example:5000", [], ["https"]],
  ["registry.example:5000", ["registry.example:5000"], ["https", "http"]],
])(
  "the registry %j, with the insecure registries %j, is tried with the protocols %j in this order",
  ([host, insecure, expected]) =>
    expect(originsOf(host, { insecure })).toEqual(expected.map((protocol) => `${protocol}://${host}`)),
);
