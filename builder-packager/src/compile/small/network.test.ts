// @needs processes, bwrap
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateOptions, issue } from "../../../../test/support/small/issued-certificates.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import type { Scenario } from "../../../engine/node/conformance/network/network.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "network-"));
const client = join(nodeLayerDir(), "conformance", "network", "network.ts");
const program = join(dir, "client");
const servers: Server[] = [];
beforeAll(() => writeSmallProgram(client, program));
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket: Socket) => socket.on("error", () => {}));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

/** A request's options, its name, and the small engine's response if it is stricter or has another code. */
interface Case {
  readonly options: Scenario["options"];
  readonly secure?: boolean;
  readonly proxy?: Scenario["proxy"];
  readonly agent?: Scenario["agent"];
  readonly agentOptions?: object;
  readonly ended?: Scenario["ended"];
  readonly onSmall?: string;
}

const run = promisify(execFile);

/** The result of each scenario by a command. */
async function outcomes(command: readonly string[], cases: Readonly<Record<string, Case>>) {
  const file = join(dir, "scenarios.json");
  const scenarios = Object.entries(cases).map(([name, { onSmall: _, ...scenario }]) => ({ name, ...scenario }));
  writeFileSync(file, JSON.stringify(scenarios));
  const [first = "", ...args] = [...command, file];
  const { stdout } = await run(first, args, { timeout: 100_000 });
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );
}

/** The same outcomes on both engines, but for those that the cases name. */
async function compare(
  cases: Readonly<Record<string, Case>>,
  wrapper: readonly string[] = [],
): Promise<Record<string, string>> {
  const onNode = await outcomes([...wrapper, process.execPath, "--no-warnings", client], cases);
  const onSmall = await outcomes([...wrapper, program], cases);
  expect(Object.keys(onNode)).toEqual(Object.keys(cases));
  const expected = Object.entries(onNode).map(([name, outcome]) => [name, cases[name]?.onSmall ?? outcome]);
  expect(onSmall).toEqual(Object.fromEntries(expected));
  return onNode;
}

const root = issue("root", { isCa: true });
const names = ["localhost", "127.0.0.1"];
const leaf = (options: CertificateOptions = {}) => issue("server", { issuer: root, names, ...options });

/** A server with this certificate and those that signed it. Its answer is as long as the name that the client sent. */
function tlsPort(
  own: ReturnType<typeof issue>,
  chain: readonly ReturnType<typeof issue>[] = [],
  options: TlsOptions = {},
) {
  const cert = [own, ...chain].map(({ pem }) => pem).join("");
  const server = createTlsServer({ key: own.keyPem, cert, ...options }, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const body = "x".repeat(`${(socket as { servername?: string | false }).servername || ""}`.length);
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    });
  });
  server.on("tlsClientError", () => {});
  return listening(server);
}

const port = (number: number, options: Scenario["options"] = {}): Case => ({
  secure: true,
  options: { host: "127.0.0.1", port: number, ca: root.pem, ...options },
});

/** Authorities below the root, each of the one before. */
function authorities(count: number, options: CertificateOptions = {}): ReturnType<typeof issue>[] {
  const all: ReturnType<typeof issue>[] = [];
  for (let index = 0; index < count; index++)
    all.unshift(issue(`authority ${index}`, { isCa: true, issuer: all[0] ?? root, ...options }));
  return all;
}

async function chained(count: number, padding = 0, options: Partial<Case> = {}): Promise<Case> {
  const chain = authorities(count, { padding });
  return { ...port(await tlsPort(leaf({ issuer: chain[0] }), chain)), ...options };
}

test("the small JavaScript engine accepts and refuses certificates like Node.js", async () => {
  const stranger = issue("stranger", { isCa: true });
  const late = issue("late", { isCa: true, days: [-20, -5] });
  const early = issue("early", { isCa: true, days: [5, 20] });
  const alone = issue("alone", { names });
  const aloneCa = issue("alone", { names, isCa: true });
  const lateCa = issue("alone", { names, isCa: true, days: [-20, -5] });
  const [middle] = authorities(1);
  const [lateMiddle] = authorities(1, { days: [-20, -5] });
  const byMiddle = leaf({ issuer: middle });
  const onNode = await compare({
    "a good one": port(await tlsPort(leaf())),
    "one among others": port(await tlsPort(leaf()), { ca: `${stranger.pem}${late.pem}${root.pem}` }),
    expired: port(await tlsPort(leaf({ days: [-20, -5] }))),
    "not valid yet": port(await tlsPort(leaf({ days: [5, 20] }))),
    "for another host": port(await tlsPort(leaf({ names: ["other.test"] }))),
    "for another address": port(await tlsPort(leaf({ names: ["127.0.0.2", "localhost"] }))),
    "for the host": port(await tlsPort(leaf({ names: ["host.test"] })), { servername: "host.test" }),
    "for a host below": port(await tlsPort(leaf({ names: ["*.host.test"] })), { servername: "a.host.test" }),
    "for a host two below": port(await tlsPort(leaf({ names: ["*.host.test"] })), { servername: "a.b.host.test" }),
    "for all of a top domain": port(await tlsPort(leaf({ names: ["*.test"] })), { servername: "host.test" }),
    "for clients": port(await tlsPort(leaf({ uses: [2] }))),
    "for clients and servers": port(await tlsPort(leaf({ uses: [2, 1] }))),
    "without names": {
      ...port(await tlsPort(issue("localhost", { issuer: root })), { servername: "localhost" }),
      onSmall: "ERR_TLS_CERT_ALTNAME_INVALID",
    },
    "self-signed": port(await tlsPort(alone)),
    "self-signed and trusted": port(await tlsPort(alone), { ca: alone.pem }),
    "a trusted authority's": port(await tlsPort(aloneCa), { ca: aloneCa.pem }),
    "a trusted authority's for another host": port(await tlsPort(aloneCa), {
      ca: aloneCa.pem,
      servername: "other.test",
    }),
    "an authority's": port(await tlsPort(aloneCa)),
    "a trusted authority's that has expired": port(await tlsPort(lateCa), { ca: lateCa.pem }),
    "of a stranger": port(await tlsPort(leaf({ issuer: stranger }))),
    "of a stranger, who is sent": port(await tlsPort(leaf({ issuer: stranger }), [stranger])),
    "of Node.js's own": { ...port(await tlsPort(leaf()), { ca: undefined }) },
    "of an authority that has expired": port(await tlsPort(leaf({ issuer: late })), { ca: late.pem }),
    "of an authority that is not valid yet": port(await tlsPort(leaf({ issuer: early })), { ca: early.pem }),
    "of a server": port(await tlsPort(leaf({ issuer: leaf() }))),
    "of an authority that is not sent": port(await tlsPort(byMiddle)),
    "of an authority that is sent": port(await tlsPort(byMiddle, [middle ?? root])),
    "of an authority whose own is missing": port(await tlsPort(byMiddle, [middle ?? root]), { ca: stranger.pem }),
    "of a sent authority that has expired": port(await tlsPort(leaf({ issuer: lateMiddle }), [lateMiddle ?? root])),
    "no certificate is trusted": port(await tlsPort(leaf()), { ca: [] }),
    "expired, without checks": port(await tlsPort(leaf({ days: [-20, -5] })), { rejectUnauthorized: false }),
  });
  expect(onNode).toMatchSnapshot();
});

test("the small JavaScript engine refuses overlong certificate chains", async () => {
  const onNode = await compare({
    "five authorities": await chained(5),
    "ten authorities": await chained(10, 0, { onSmall: "CERT_REJECTED" }),
    "40 kB": await chained(4, 10_000),
    "90 kB": await chained(3, 30_000, { onSmall: "EPROTO" }),
    "200 kB": await chained(4, 50_000),
  });
  expect(onNode).toMatchSnapshot();
});

test("the small JavaScript engine negotiates TLS versions, ciphers and server names like Node.js", async () => {
  const old = "DEFAULT@SECLEVEL=0";
  const other = leaf({ names: ["named.test"] });
  const choose: TlsOptions["SNICallback"] = (name, done) =>
    done(null, name === "named.test" ? createSecureContext({ key: other.keyPem, cert: other.pem }) : undefined);
  const sni = await tlsPort(leaf(), [], { SNICallback: choose });
  const ecdhe = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  const onNode = await compare({
    "TLS 1.0": port(await tlsPort(leaf(), [], { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: old })),
    "TLS 1.1": port(await tlsPort(leaf(), [], { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: old })),
    "TLS 1.2": port(await tlsPort(leaf(), [], ecdhe)),
    "TLS 1.3": port(await tlsPort(leaf(), [], { minVersion: "TLSv1.3" })),
    "a cipher without authentication": port(await tlsPort(leaf(), [], { ...ecdhe, ciphers: `aNULL:${old}` })),
    "a cipher in blocks": {
      ...port(await tlsPort(leaf(), [], { ...ecdhe, ciphers: "ECDHE-ECDSA-AES128-SHA" })),
      onSmall: "EPROTO",
    },
    "a certificate of the client": port(
      await tlsPort(leaf(), [], { requestCert: true, rejectUnauthorized: true, ca: root.pem, maxVersion: "TLSv1.2" }),
    ),
    "a certificate of the client in TLS 1.3": port(
      await tlsPort(leaf(), [], { requestCert: true, rejectUnauthorized: true, ca: root.pem }),
    ),
    "the name is sent": port(sni, { servername: "named.test" }),
    "the server chooses by the name": port(sni, { servername: "another.test" }),
    "no name for an address": port(sni),
    "no name for a host": port(sni, { host: "localhost" }),
  });
  expect(onNode).toMatchSnapshot();
});

/** A server that says this to each connection; `end` closes it. */
const saying = (text: string | readonly string[], { end = true, everyMs = 0 } = {}) =>
  listening(
    createServer((socket) => {
      const parts = typeof text === "string" ? [text] : [...text];
      const next = () => {
        if (socket.destroyed) return;
        const part = parts.shift();
        if (part === undefined) return void (end && socket.end());
        socket.write(part, "latin1");
        setTimeout(next, everyMs);
      };
      socket.once("data", next).on("error", () => {});
    }),
  );

/** A server that answers what it receives with one part after the other, and then closes the connection. */
const answering = (...parts: readonly string[]) =>
  listening(
    createServer((socket) => {
      const left = [...parts];
      socket
        .on("error", () => {})
        .on("data", () => {
          const part = left.shift() ?? "";
          if (left.length > 0) socket.write(part);
          else socket.end(part);
        });
    }),
  );

/** A server that closes the connection of TLS, and then sends more over TCP. */
async function talkingAfterTheEnd(): Promise<number> {
  const own = leaf();
  return listening(
    createServer((socket) => {
      const secure = new TLSSocket(socket, { isServer: true, key: own.keyPem, cert: own.pem });
      secure.on("error", () => {});
      secure.once("data", () => {
        secure.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        setTimeout(() => socket.writable && socket.write(Buffer.alloc(1000, 0x17)), 50);
      });
    }),
  );
}

test("the small JavaScript engine reports servers that do not speak TLS like Node.js", async () => {
  const onNode = await compare({
    "plain HTTP": port(await saying("HTTP/1.1 400 Bad Request\r\n\r\n")),
    "another protocol": port(await saying("SSH-2.0-OpenSSH\r\n", { end: false })),
    nothing: port(await saying([], { end: false })),
    "the end": port(await saying([])),
    "bytes after the end": port(await talkingAfterTheEnd()),
    "no server": port(1),
  });
  expect(onNode).toMatchSnapshot();
});

const http = (number: number, options: Scenario["options"] = {}): Case => ({
  options: { host: "127.0.0.1", port: number, ...options },
});
const head = (...lines: readonly string[]) => `${["HTTP/1.1 200 OK", ...lines].join("\r\n")}\r\n\r\n`;

test("the small JavaScript engine accepts and refuses malformed HTTP responses like Node.js", async () => {
  const bytes = (text: string) => [...text];
  const responses: Readonly<Record<string, Promise<number>>> = {
    "slow head": saying(bytes(head("Content-Length: 0")), { everyMs: 20 }),
    "endless head": saying(
      Array.from({ length: 50 }, () => `X-A: ${"a".repeat(1000)}\r\n`).toSpliced(0, 0, "HTTP/1.1 200 OK\r\n"),
    ),
    "endless name": saying(`HTTP/1.1 200 OK\r\n${"a".repeat(100_000)}`),
    "endless status": saying(`HTTP/1.1 200 ${"a".repeat(100_000)}`),
    "2000 headers": saying(head(...Array.from({ length: 1500 }, (_, index) => `a${index}: b`), "Content-Length: 0")),
    "stops in the head": saying("HTTP/1.1 200 OK\r\nA: b\r\n"),
    "two lengths": saying(`${head("Content-Length: 2", "Content-Length: 3")}abc`),
    "the same length twice": saying(`${head("Content-Length: 2", "Content-Length: 2")}ab`),
    "negative length": saying(`${head("Content-Length: -1")}a`),
    "no number": saying(`${head("Content-Length: a")}a`),
    "huge length": saying(`${head("Content-Length: 99999999999999999999")}a`),
    "length and chunks": saying(`${head("Content-Length: 1", "Transfer-Encoding: chunked")}1\r\na\r\n0\r\n\r\n`),
    "space before the colon": saying(head("Content-Length : 0")),
    "folded line": saying(head("A: b", " c", "Content-Length: 0")),
    "zero in a value": saying(head("A: b\0c", "Content-Length: 0")),
    "control character in a value": saying(head("A: b\u0001c", "Content-Length: 0")),
    "no name": saying(head(": b", "Content-Length: 0")),
    "no colon": saying(head("abc", "Content-Length: 0")),
    "only line feeds": saying("HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
    "only carriage returns": saying("HTTP/1.1 200 OK\rContent-Length: 0\r\r"),
    "HTTP/2": saying("HTTP/2 200\r\n\r\n"),
    "HTTP/0.9": saying("<html></html>\r\n\r\n"),
    "status with letters": saying("HTTP/1.1 2x0 OK\r\n\r\n"),
    "status with two digits": saying("HTTP/1.1 20 OK\r\n\r\n"),
    "status 600": saying("HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
    "status 000": saying("HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"),
    "no reason": saying("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"),
    "continues a thousand times": saying(`${"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)}${head("Content-Length: 0")}`),
    "switches protocols": saying("HTTP/1.1 101 Switching\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n"),
    "huge chunk": saying(`${head("Transfer-Encoding: chunked")}ffffffffffffffffff\r\na`),
    "negative chunk": saying(`${head("Transfer-Encoding: chunked")}-1\r\na\r\n0\r\n\r\n`),
    "endless chunk size": saying(`${head("Transfer-Encoding: chunked")}${"0".repeat(100_000)}`),
    "chunk extension": saying(`${head("Transfer-Encoding: chunked")}1;a=b\r\na\r\n0\r\n\r\n`),
    "endless chunk extension": saying(`${head("Transfer-Encoding: chunked")}1;${"a".repeat(100_000)}`),
    "chunk that is longer": saying(`${head("Transfer-Encoding: chunked")}1\r\nab\r\n0\r\n\r\n`),
    "endless trailers": saying(`${head("Transfer-Encoding: chunked")}0\r\n${"a: b\r\n".repeat(20_000)}`),
    "stops in a chunk": saying(`${head("Transfer-Encoding: chunked")}5\r\nab`),
    "two codings": saying(`${head("Transfer-Encoding: gzip, chunked")}1\r\na\r\n0\r\n\r\n`),
    "chunked is not last": saying(`${head("Transfer-Encoding: chunked, gzip")}abc`),
    "stops in the body": saying(`${head("Content-Length: 5")}ab`),
    "more than the length": saying(`${head("Content-Length: 1")}abc`),
    "more than the length at the end": saying(`${head("Content-Length: 1", "Connection: close")}abc`),
    "lines after the length": saying(`${head("Content-Length: 1")}a\r\n\r\n`),
  };
  // refused either way, by another name
  const onSmall: Readonly<Record<string, string>> = {
    "endless chunk extension": "HPE_INVALID_CHUNK_SIZE",
    "endless chunk size": "HPE_INVALID_CHUNK_SIZE",
    "more than the length at the end": "HPE_INVALID_CONSTANT",
    "only carriage returns": "ECONNRESET",
    "only line feeds": "ECONNRESET",
    "switches protocols": "HPE_PAUSED_UPGRADE",
  };
  const cases = await Promise.all(
    Object.entries(responses).map(async ([name, number]) => {
      const other = onSmall[name];
      return [name, { ...http(await number), ...(other !== undefined && { onSmall: other }) }] as const;
    }),
  );
  expect(await compare(Object.fromEntries(cases))).toMatchSnapshot();
});

test("the small JavaScript engine refuses agents that create their own connections", async () => {
  const number = await saying(head("Content-Length: 0"));
  const by = (agent: Scenario["agent"]): Case => ({
    ...http(number),
    agent,
    onSmall: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
  });
  const onNode = await compare({
    "creates connections": by("a subclass that creates connections"),
    "adds requests": by("a subclass that adds requests"),
    "no class": by("an object"),
  });
  expect(onNode).toEqual({ "creates connections": "ECONNREFUSED", "adds requests": "added", "no class": "added" });
});

test("the small JavaScript engine refuses options of TLS that it lacks, in a request and in an agent", async () => {
  const number = await tlsPort(leaf());
  const options = {
    cert: root.pem,
    ciphers: "DEFAULT",
    clientCertEngine: "engine",
    crl: root.pem,
    ecdhCurve: "P-256",
    key: root.keyPem,
    maxVersion: "TLSv1.2",
    minVersion: "TLSv1.3",
    pfx: "",
    privateKeyEngine: "engine",
    privateKeyIdentifier: "key",
    requestOCSP: true,
    secureOptions: 0,
    secureProtocol: "TLS_method",
    sigalgs: "ed25519",
  };
  const cases = Object.entries(options).flatMap(([name, value]) => [
    [`a request with ${name}`, port(number, { [name]: value })] as const,
    [`an agent with ${name}`, { ...port(number), agentOptions: { [name]: value } }] as const,
  ]);
  const refused = cases.map(([name]) => [name, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"]);
  expect(await outcomes([program], Object.fromEntries(cases))).toEqual(Object.fromEntries(refused));
});

/** A proxy that tunnels to the port, if the credentials are right. */
function proxyTo(target: number, credentials?: string): Promise<number> {
  const server = createHttpServer();
  server.on("connect", (request, socket) => {
    socket.on("error", () => {});
    if (credentials !== undefined && request.headers["proxy-authorization"] !== credentials)
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
    const there = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(there).pipe(socket);
    });
    there.on("error", () => socket.destroy());
  });
  return listening(server);
}

describe("the small JavaScript engine behind a proxy", () => {
  test("has the same results as Node.js, whether the proxy tunnels, refuses or fails", async () => {
    const target = await tlsPort(leaf());
    const expired = await tlsPort(leaf({ days: [-20, -5] }));
    const [open, closed, wrong] = [
      await proxyTo(target),
      await proxyTo(target, "Basic bWU6c2VjcmV0"),
      await proxyTo(expired),
    ];
    const by = (proxy: number, headers: Record<string, string> = {}, options: Scenario["options"] = {}): Case => ({
      ...port(0, { servername: "localhost", ...options }),
      proxy: { host: "127.0.0.1", port: proxy, path: "localhost:443", headers: { host: "localhost:443", ...headers } },
    });
    const answers = async (text: string | readonly string[], options = {}) => by(await saying(text, options));
    const onNode = await compare({
      open: by(open),
      "with credentials": by(closed, { "proxy-authorization": "Basic bWU6c2VjcmV0" }),
      "without credentials": by(closed),
      "wrong credentials": by(closed, { "proxy-authorization": "Basic bWU6b3RoZXI=" }),
      "a target that has expired": by(wrong),
      "a target with another name": by(open, {}, { servername: "other.test" }),
      "502": await answers("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad"),
      "200 with a body": await answers("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"),
      "200 and the end": await answers("HTTP/1.1 200 OK\r\n\r\n"),
      "200 and garbage": by(await answering("HTTP/1.1 200 OK\r\n\r\n", "garbage that is long enough")),
      garbage: await answers("SSH-2.0-OpenSSH\r\n"),
      nothing: await answers([], { end: false }),
      "the end": await answers([]),
      "a slow head": await answers([..."HTTP/1.1 407 No\r\n\r\n"], { everyMs: 20 }),
      "an endless head": await answers(`HTTP/1.1 200 OK\r\n${"X-A: b\r\n".repeat(20_000)}`),
      "100 first": await answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 No\r\n\r\n"),
      "no proxy": by(1),
    });
    expect(onNode).toMatchSnapshot();
  });

  // Node.js would keep the connection until the proxy closes it, and would not end the request before
  test("closes the connection to a silent proxy when the request is destroyed or times out", async () => {
    const server = createHttpServer();
    const closed: Promise<unknown>[] = [];
    server.on("connect", (_, socket) => closed.push(once(socket.resume(), "end").then(() => socket.end())));
    const agentOptions = { proxyEnv: { https_proxy: `http://127.0.0.1:${await listening(server)}` } };
    const ended = (end: Scenario["ended"]): Case => ({ ...port(1), agentOptions, ended: end });
    const onSmall = await outcomes([program], { destroyed: ended("destroyed"), "timed out": ended("timed out") });
    expect(onSmall).toEqual({ destroyed: "destroyed", "timed out": "ERR_PROXY_TUNNEL" });
    expect(closed.length).toBe(2);
    await Promise.all(closed);
  });

  test("does not print the password of a proxy whose URL is invalid", async () => {
    const agentOptions = { proxyEnv: { https_proxy: "http://user:sec@ret@proxy.test:99999" } };
    expect(await outcomes([program], { invalid: { ...port(1), agentOptions } })).toEqual({
      invalid: "Invalid proxy URL: http://proxy.test:99999",
    });
  });
});

test("the small JavaScript engine resolves host names like Node.js", async () => {
  const hosts = join(dir, "hosts");
  writeFileSync(
    hosts,
    "127.0.0.1 localhost\n127.0.0.2 two.test\n127.0.0.1 two.test\n127.0.0.2 dead.test\n::1 six.test\n127.0.0.1 six.test\n",
  );
  const number = await saying(head("Content-Length: 0"));
  const wrapper = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--ro-bind", hosts, "/etc/hosts"];
  const at = (host: string): Case => http(number, { host });
  const onNode = await compare(
    {
      localhost: at("localhost"),
      "two addresses, the first of which is dead": at("two.test"),
      "both families, the first of which is dead": at("six.test"),
      "a dead address": at("dead.test"),
      "an unknown name": at("does-not-exist.invalid"),
      "a label that is too long": at(`${"a".repeat(64)}.test`),
      "a name that is too long": { ...at(`${"a.".repeat(130)}test`), onSmall: "ENOTFOUND" },
      "an address of version 6": at("::1"),
      "a name with a space": at("a b"),
      "a name with a zero": at("a\0b"),
      "a number": at("2130706433"),
    },
    wrapper,
  );
  expect(onNode).toMatchSnapshot();
});
