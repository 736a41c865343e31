import { readFileSync } from "node:fs";
import http from "node:http";
import https, { Agent, get, request } from "node:https";
import net, { connect, createConnection, isIP, Socket } from "node:net";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import tls, { connect as connectSecurely, createSecureContext, rootCertificates, TLSSocket } from "node:tls";
import { report, reportLater, untyped } from "../report.ts";

/* The test starts the servers; the argument is a file with their ports and their CA certificate. */

interface Servers {
  /** A server that sends back what it gets and closes, except after the text `four`. In plain and over TLS. */
  readonly echo: number;
  readonly secureEcho: number;
  readonly https: number;
  /** A proxy for tunnels. */
  readonly proxy: number;
  readonly ca: string;
}

const servers: Servers = JSON.parse(readFileSync(process.argv.at(-1) ?? "", "utf8"));
const host = "127.0.0.1";
/** A port without a server. */
const CLOSED = 1;
const secure = { host, port: servers.secureEcho, ca: servers.ca, servername: "localhost" };
const EVENTS = ["connect", "ready", "secureConnect", "timeout", "end", "close"] as const;

/** The events of a socket until it is closed. Those of its writing side are apart: they come before or after an answer. */
async function eventsOf(
  socket: Socket,
  use: (socket: Socket) => void = () => {},
): Promise<[seen: unknown[], written: string[]]> {
  const seen: unknown[] = [];
  const written: string[] = [];
  for (const event of EVENTS) {
    socket.on(event, (...args: unknown[]) => seen.push(args.length > 0 ? [event, ...args] : event));
  }
  socket.on("finish", () => written.push("finish"));
  socket.on("error", (error) => seen.push(error));
  socket.on("data", (data) => seen.push(`${data}`));
  use(socket);
  await new Promise((resolve) => socket.on("close", resolve));
  return [seen, written];
}

report("the same functions", () => [
  net.connect === connect,
  net.createConnection === createConnection,
  net.Socket === Socket,
  tls.connect === connectSecurely,
  tls.TLSSocket === TLSSocket,
  https.get === get,
  https.request === request,
  https.Agent === Agent,
  tls.createSecureContext === createSecureContext,
]);
report("new Socket", () => {
  const socket = new Socket();
  return [
    socket instanceof Duplex,
    socket instanceof Socket,
    socket.connecting,
    socket.pending,
    socket.destroyed,
    socket.remoteAddress,
    socket.remotePort,
    socket.remoteFamily,
    socket.bytesRead,
    socket.bytesWritten,
    socket.timeout,
    socket.readyState,
    socket.allowHalfOpen,
  ];
});
for (const [name, open] of Object.entries({
  "connect(port, host)": () => connect(servers.echo, host),
  "connect(options)": () => connect({ port: servers.echo, host }),
  "createConnection(options)": () => createConnection({ port: servers.echo, host }),
  "createConnection(port, host)": () => createConnection(servers.echo, host),
  "Socket.connect": () => new Socket().connect({ port: servers.echo, host }),
  "Socket.connect(port, host)": () => new Socket().connect(servers.echo, host),
  "connect(text)": () => connect(`${servers.echo}` as unknown as number, host),
})) {
  await reportLater(name, () => eventsOf(open(), (socket) => socket.end("hello")));
}
await reportLater("callbacks of connect", async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    const socket = connect(servers.echo, host, () => {
      seen.push("connect");
      socket.end("a", () => seen.push("end"));
    });
    socket.resume().on("close", () => resolve());
  });
  await new Promise<void>((resolve) => {
    const socket = new Socket();
    socket.connect({ port: servers.echo, host }, () => {
      seen.push("Socket.connect");
      socket.destroy();
    });
    socket.on("close", () => resolve());
  });
  return seen;
});
await reportLater("properties of a connection", async () => {
  const socket = connect(servers.echo, host);
  const before = [socket.connecting, socket.pending, socket.readyState];
  socket.write("four");
  await new Promise((resolve) => socket.once("data", resolve));
  const during = [
    socket.connecting,
    socket.pending,
    socket.remoteAddress,
    socket.remotePort === servers.echo,
    socket.remoteFamily,
    isIP(socket.remoteAddress ?? ""),
    socket.bytesRead,
    socket.bytesWritten,
    socket.readyState,
  ];
  socket.write("more");
  during.push(socket.bytesWritten);
  socket.destroy();
  await new Promise((resolve) => socket.on("close", resolve));
  return [before, during, socket.destroyed, socket.bytesRead, socket.bytesWritten];
});
await reportLater("iteration", async () => {
  const socket = connect(servers.echo, host);
  socket.end("some text");
  return await text(socket);
});
await reportLater("refused", () => eventsOf(connect(CLOSED, host)));
await reportLater("refused, written", () => eventsOf(connect(CLOSED, host), (socket) => socket.write("a")));
await reportLater("destroyed while connecting", () =>
  eventsOf(connect(servers.echo, host), (socket) => socket.destroy()),
);
await reportLater("destroyed with an error", () =>
  eventsOf(connect(servers.echo, host), (socket) => {
    socket.once("connect", () => socket.destroy(new RangeError("mine")));
  }),
);
await reportLater("destroySoon", async () => {
  const [seen, written] = await eventsOf(connect(servers.echo, host), (socket) => {
    socket.write("a");
    untyped<{ destroySoon(): void }>(socket).destroySoon();
  });
  // the server's answer may come before the socket is destroyed
  return [seen.filter((event) => event !== "a" && event !== "end"), written];
});
await reportLater("timeout", () =>
  eventsOf(connect(servers.echo, host), (socket) => {
    socket.setTimeout(20, () => socket.destroy());
  }),
);
await reportLater("write after end", async () => {
  const [seen] = await eventsOf(connect(servers.echo, host), (socket) => {
    socket.end("a");
    socket.write("b");
  });
  return seen.filter((event) => event instanceof Error);
});
report("chained methods", () => {
  const socket = new Socket();
  return [
    socket.setNoDelay(true) === socket,
    socket.setKeepAlive(true, 5) === socket,
    socket.ref() === socket,
    socket.unref() === socket,
    socket.setTimeout(5) === socket,
    socket.timeout,
    socket.setTimeout(0).timeout,
  ];
});
for (const options of [
  { port: 99_999 },
  { port: -1 },
  { port: "x" },
  { port: 1.5 },
  {},
  { port: null },
  null,
  undefined,
]) {
  report(`connect to ${JSON.stringify(options)}`, () => {
    connect(untyped(options))
      .on("error", () => {})
      .destroy();
  });
}
for (const ms of [-1, "x", Number.NaN, null]) {
  report(`setTimeout of ${ms}`, () => new Socket().setTimeout(untyped(ms)).timeout);
}
report("setTimeout, bad callback", () => new Socket().setTimeout(1, untyped(5)));

report("rootCertificates", () => [
  Array.isArray(rootCertificates),
  rootCertificates.length > 100,
  tls.rootCertificates === rootCertificates,
  Object.isFrozen([...rootCertificates]),
  rootCertificates.every((each) => /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n?$/.test(each)),
  rootCertificates.map((each) => each.length).every((length) => length > 500),
  new Set(rootCertificates).size === rootCertificates.length,
]);
await reportLater("TLS", () => eventsOf(connectSecurely(secure), (socket) => socket.end("hello")));
await reportLater("properties of TLS", async () => {
  const socket = connectSecurely(secure);
  const before = [socket instanceof TLSSocket, socket instanceof Socket, socket.encrypted, socket.authorized];
  await new Promise((resolve) => socket.once("secureConnect", resolve));
  const during: unknown[] = [socket.authorized, socket.authorizationError, socket.encrypted, socket.remotePort];
  during.push(socket.bytesRead, socket.bytesWritten);
  socket.write("four");
  during.push(socket.bytesWritten);
  await new Promise((resolve) => socket.once("data", resolve));
  during.push(socket.bytesRead, socket.bytesWritten);
  socket.destroy();
  await new Promise((resolve) => socket.on("close", resolve));
  return [before, during.map((each) => (each === servers.secureEcho ? "port" : each)), socket.destroyed];
});
await reportLater("callback of TLS", async () => {
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    const socket = connectSecurely(servers.secureEcho, host, { ca: servers.ca, servername: "localhost" }, () => {
      seen.push("secure", socket.authorized);
      socket.destroy();
    });
    socket.on("close", () => resolve());
  });
  return seen;
});
await reportLater("TLS through a socket", async () => {
  const socket = connect(servers.secureEcho, host);
  const through = connectSecurely({ socket, ca: servers.ca, servername: "localhost" });
  through.end("hello");
  return await text(through);
});
for (const isConnected of [true, false]) {
  await reportLater(`TLS through a socket ${isConnected ? "after" : "before"} it is connected`, async () => {
    const socket = connect(servers.secureEcho, host);
    if (isConnected) {
      await new Promise((resolve) => socket.once("connect", resolve));
    }
    const through = connectSecurely({ socket, ca: servers.ca, servername: "localhost" });
    const states = [[through.connecting, through.readyState]];
    for (const event of ["connect", "secureConnect"]) {
      through.on(event, () => states.push([through.connecting, through.readyState]));
    }
    const seen = await eventsOf(through, () => through.end("hello"));
    return [states, seen];
  });
}
await reportLater("connecting of TLS", async () => {
  const socket = connectSecurely(secure);
  const states = [[socket.connecting, socket.readyState]];
  for (const event of ["connect", "secureConnect", "close"]) {
    socket.on(event, () => states.push([socket.connecting, socket.readyState]));
  }
  await eventsOf(socket, () => socket.end("hello"));
  return states;
});
for (const [name, options] of Object.entries({
  "without the CA certificate": { ca: undefined },
  "of another host": { servername: "other.test" },
  "to a closed port": { port: CLOSED },
  "without verification": { ca: undefined, rejectUnauthorized: false },
  "of another host without verification": { servername: "other.test", rejectUnauthorized: false },
})) {
  await reportLater(`TLS ${name}`, async () => {
    const socket = connectSecurely({ ...secure, ...options });
    const [seen, written] = await eventsOf(socket, () => socket.once("secureConnect", () => socket.end()));
    return [seen.map((event) => (event instanceof Error ? untyped<{ code: string }>(event).code : event)), written];
  });
}
const url = `https://localhost:${servers.https}`;
const options = { ca: servers.ca, agent: false } as const;
const answered = (sent: ReturnType<typeof get>): Promise<unknown> =>
  new Promise((resolve) => {
    sent.on("error", (error) => resolve(error));
    sent.on("response", async (response) =>
      resolve([response.statusCode, response.headers["x-method"], await text(response)]),
    );
  });
await reportLater("https.get", () => answered(get(`${url}/path?query`, options)));
await reportLater("https.get of options", () =>
  answered(get({ host: "localhost", port: servers.https, path: "/a", ...options })),
);
await reportLater("https.get of a URL", () => answered(get(new URL(url), options)));
await reportLater(
  "https.get with a callback",
  () =>
    new Promise((resolve) => {
      get(`${url}/b`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    }),
);
await reportLater("https.request", () => {
  const sent = request(`${url}/c`, { method: "POST", headers: { "content-type": "text/plain" }, ...options });
  sent.end("body");
  return answered(sent);
});
await reportLater("https, refused", () => answered(get(`https://${host}:${CLOSED}`, { agent: false })));
await reportLater("https, unknown CA", async () => {
  const error = untyped<{ code: string }>(await answered(get(url, { agent: false })));
  return error.code;
});
await reportLater("https, aborted", () => answered(get(url, { ...options, signal: AbortSignal.abort() })));
report("https, bad protocol", () => get("http://localhost", options));
report("https, bad URL", () => get("nope", options));

const secureContext = createSecureContext({ ca: servers.ca });
await reportLater("TLS with a context", () =>
  eventsOf(connectSecurely({ ...secure, ca: undefined, secureContext }), (socket) => socket.end("hello")),
);
await reportLater("TLS with a context without the CA certificate", async () => {
  const context = createSecureContext();
  const [seen] = await eventsOf(connectSecurely({ ...secure, ca: undefined, secureContext: context }));
  return seen.map((event) => (event instanceof Error ? untyped<{ code: string }>(event).code : event));
});
for (const context of [null, false]) {
  await reportLater(`TLS with the context ${context}`, () =>
    eventsOf(connectSecurely({ ...secure, secureContext: untyped(context) }), (socket) => socket.end("hello")),
  );
}
for (const context of [{}, 5, "text"]) {
  report(`TLS with the context ${JSON.stringify(context)}`, () =>
    connectSecurely({ ...secure, secureContext: untyped(context) }),
  );
}
await reportLater("https.Agent", async () => {
  const agent = new Agent({ keepAlive: true, secureContext } as object);
  const sent = get(`${url}/a`, { agent });
  const first = [await answered(sent), sent.reusedSocket];
  await new Promise((resolve) => setTimeout(resolve, 20));
  const again = get(`${url}/b`, { agent });
  const second = [await answered(again), again.reusedSocket];
  agent.destroy();
  return [first, second];
});
for (const [name, trusting] of Object.entries({
  "no check": { rejectUnauthorized: false },
  "a CA": { ca: servers.ca },
})) {
  await reportLater(`https.Agent, a connection that was trusted by ${name}`, async () => {
    const agent = new Agent({ keepAlive: true });
    const seen: unknown[] = [];
    for (const options of [trusting, trusting, {}]) {
      const sent = get(`${url}/a`, { agent, ...options });
      const answer = await answered(sent);
      seen.push([answer instanceof Error ? untyped<{ code: string }>(answer).code : answer, sent.reusedSocket]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    agent.destroy();
    return seen;
  });
}
const plainAgent = new http.Agent();
report("https, agent of http", () => get(url, { ...options, agent: plainAgent }));
await reportLater("https with the protocol and the agent of http", () =>
  answered(get({ protocol: "http:", host, port: servers.echo, agent: plainAgent })),
);
await reportLater("http with the protocol and the agent of https", () =>
  answered(http.get(`${url}/a`, { ...options, agent: new Agent() })),
);
await reportLater("https.Agent without verification", () =>
  answered(get(`${url}/a`, { agent: new Agent({ rejectUnauthorized: false }) })),
);
await reportLater("https.Agent without the CA certificate", async () => {
  const error = untyped<{ code: string }>(await answered(get(`${url}/a`, { agent: new Agent({ keepAlive: true }) })));
  return error.code;
});
const refusalOf = (error: Error): unknown => [
  error.message.replaceAll(`:${servers.https}`, ":443").replaceAll(`:${servers.proxy}`, ":3128"),
  untyped<{ code: string }>(error).code,
  untyped<{ statusCode?: number }>(error).statusCode,
  untyped<{ proxyTunnelTimeout?: number }>(error).proxyTunnelTimeout,
];
for (const [name, proxyUrl, host] of [
  ["a proxy", `http://127.0.0.1:${servers.proxy}`, "localhost"],
  ["a proxy with credentials", `http://user:secret@127.0.0.1:${servers.proxy}`, "localhost"],
  ["a proxy that refuses", `http://127.0.0.1:${servers.proxy}`, "refused.test"],
  ["a proxy that refuses credentials", `http://user:secret@127.0.0.1:${servers.proxy}`, "refused.test"],
] as const) {
  await reportLater(`https.Agent with ${name}`, async () => {
    const agent = new Agent({ keepAlive: true, ca: servers.ca, proxyEnv: { https_proxy: proxyUrl } } as object);
    const answers = [];
    for (const path of ["/a", "/b"]) {
      const sent = get(`https://${host}:${servers.https}${path}`, { agent });
      const answer = await answered(sent);
      answers.push([answer instanceof Error ? refusalOf(answer) : answer, sent.reusedSocket]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    agent.destroy();
    return answers;
  });
}
for (const [name, onTimeout] of Object.entries({
  "that times out": () => {},
  "that times out and is destroyed": (sent: ReturnType<typeof get>) => sent.destroy(new RangeError("mine")),
})) {
  await reportLater(`https.Agent with a silent proxy, a request ${name}`, async () => {
    const agent = new Agent({ proxyEnv: { https_proxy: `http://user:secret@127.0.0.1:${servers.proxy}` } } as object);
    const sent = get("https://silent.test", { agent, timeout: 50 });
    const seen: unknown[] = [];
    sent.on("timeout", () => {
      seen.push("timeout");
      onTimeout(sent);
    });
    sent.on("error", (error) => seen.push(refusalOf(error)));
    await new Promise((resolve) => sent.on("close", resolve));
    return seen;
  });
}
await reportLater("https.Agent with a proxy for other hosts", () =>
  answered(
    get(`${url}/a`, {
      agent: new Agent({
        ca: servers.ca,
        proxyEnv: { https_proxy: "http://127.0.0.1:1", no_proxy: "localhost" },
      } as object),
    }),
  ),
);
await reportLater("https.Agent with a proxy that does not answer", () =>
  answered(
    get(url, { agent: new Agent({ ca: servers.ca, proxyEnv: { https_proxy: "http://127.0.0.1:1" } } as object) }),
  ),
);
