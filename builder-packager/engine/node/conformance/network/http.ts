import http, { Agent, ClientRequest, get, IncomingMessage, type RequestOptions, request } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { report, reportLater, untyped } from "../report.ts";

/* Run `http-server.ts` first; the argument is its port. */

const port = Number(process.argv.at(-1));
const origin = `http://127.0.0.1:${port}`;

function answered(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
}

async function fetched(path: string, options: RequestOptions = {}, body?: string): Promise<unknown> {
  const sent = request(`${origin}${path}`, { agent: false, ...options });
  sent.end(body);
  const response = await answered(sent);
  const { statusCode, statusMessage, httpVersion } = response;
  const content = await text(response);
  return { statusCode, statusMessage, httpVersion, content, complete: response.complete };
}

async function eventsOf(sent: ClientRequest): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const event of ["timeout", "abort", "finish"]) {
    sent.on(event, () => seen.push(event));
  }
  sent.on("error", (error) => seen.push(error));
  sent.on("response", (response) => {
    seen.push("response");
    response.on("aborted", () => seen.push("aborted"));
    response.on("error", (error) => seen.push(["response", error]));
    response.on("end", () => seen.push("end"));
    response.on("close", () => seen.push("response closed"));
    response.resume();
  });
  await new Promise((resolve) => sent.on("close", resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return [seen, sent.destroyed];
}

await reportLater("classes", async () => {
  const sent = get(`${origin}/length`, { agent: false });
  const response = await answered(sent);
  response.resume();
  return [
    sent instanceof ClientRequest,
    response instanceof IncomingMessage,
    ClientRequest.name,
    IncomingMessage.name,
    http.request === request,
    http.get === get,
    http.ClientRequest === ClientRequest,
    http.Agent === Agent,
  ];
});
for (const path of ["/length", "/chunked", "/empty", "/redirect", "/none", "/until-end", "/hints"]) {
  await reportLater(path, () => fetched(path));
}
await reportLater("headers", async () => {
  const response = await answered(get(`${origin}/length`, { agent: false }));
  response.resume();
  return [response.headers, response.rawHeaders];
});
await reportLater("HEAD", () => fetched("/length", { method: "HEAD" }));
await reportLater("echo", () => fetched("/echo?a=b%20c", { headers: { "X-Mine": "a", Accept: ["b", "c"] } }));
await reportLater("echo with credentials", () => fetched("/echo", { auth: "user:päss" }));
await reportLater("POST", () => fetched("/echo", { method: "POST" }, "body"));
await reportLater("POST without body", () => fetched("/echo", { method: "POST" }));
await reportLater("DELETE", () => fetched("/echo", { method: "delete" }));
await reportLater("PUT in chunks", async () => {
  const sent = request(`${origin}/echo`, { agent: false, method: "PUT" });
  sent.write("first,");
  sent.write("second,");
  sent.end("third");
  return await text(await answered(sent));
});
await reportLater("PUT with a length", async () => {
  const sent = request(`${origin}/echo`, { agent: false, method: "PUT", headers: { "content-length": 4 } });
  sent.write("ab");
  sent.end("cd");
  return await text(await answered(sent));
});
await reportLater("large", async () => {
  const response = await answered(get(`${origin}/large`, { agent: false }));
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length < 300_000) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  return [length, response.complete];
});
await reportLater("trailers", async () => {
  const response = await answered(get(`${origin}/trailers`, { agent: false }));
  return [await text(response), response.trailers];
});
for (const path of ["/length", "/half", "/hangup"]) {
  await reportLater(`events of ${path}`, () => eventsOf(get(`${origin}${path}`, { agent: false })));
}
await reportLater("timeout", async () => {
  const sent = get(`${origin}/silent`, { agent: false });
  sent.setTimeout(50, () => sent.destroy(new RangeError("mine")));
  return await eventsOf(sent);
});
await reportLater("timeout of the body", async () => {
  const sent = get(`${origin}/slow`, { agent: false, timeout: 50 });
  sent.on("timeout", () => sent.destroy(new RangeError("mine")));
  return await eventsOf(sent);
});
await reportLater("signal", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  return await eventsOf(get(`${origin}/silent`, { agent: false, signal: controller.signal }));
});
await reportLater("signal in the body", async () => {
  const controller = new AbortController();
  const sent = get(`${origin}/slow`, { agent: false, signal: controller.signal });
  sent.once("response", () => setTimeout(() => controller.abort(), 20));
  return await eventsOf(sent);
});
await reportLater("signal before", () =>
  eventsOf(get(`${origin}/length`, { agent: false, signal: AbortSignal.abort() })),
);
await reportLater("destroy", () => {
  const sent = get(`${origin}/silent`, { agent: false });
  setTimeout(() => sent.destroy(), 30);
  return eventsOf(sent);
});
await reportLater("response destroyed", async () => {
  const sent = get(`${origin}/slow`, { agent: false });
  const closed = new Promise((resolve) => sent.on("close", resolve));
  const response = await answered(sent);
  response.destroy();
  await closed;
  return [response.destroyed, response.complete, sent.destroyed];
});
await reportLater("no server", () => fetched("", { port: 1 }));
await reportLater("no host", () => fetched("", { hostname: "does-not-exist.invalid" }));
await reportLater("not HTTP", async () => {
  const [seen] = (await eventsOf(get({ host: "127.0.0.1", port: port + 1, agent: false }))) as [unknown[]];
  return seen.map((event) => (event instanceof Error ? untyped<{ code: string }>(event).code : event));
});
await reportLater("bad chunk", async () => {
  const [seen] = (await eventsOf(get(`${origin}/bad-chunk`, { agent: false }))) as [unknown[]];
  return seen.map((event) => (event instanceof Error ? untyped<{ code: string }>(event).code : event));
});
await reportLater("CONNECT", async () => {
  const sent = request({ host: "127.0.0.1", port, method: "CONNECT", path: "target:443", agent: false });
  sent.end();
  const [response, socket] = await new Promise<[IncomingMessage, Socket]>((resolve, reject) => {
    sent.once("connect", (...args) => resolve([args[0], args[1]])).once("error", reject);
  });
  const through = get({ host: "target", path: "/length", createConnection: () => socket });
  const inner = await answered(through);
  return [response.statusCode, response.headers, await text(inner)];
});
await reportLater("CONNECT refused", async () => {
  const sent = request({ host: "127.0.0.1", port, method: "CONNECT", path: "refused:443", agent: false });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve) =>
    sent.once("connect", (answer, socket) => {
      socket.destroy();
      resolve(answer);
    }),
  );
  return [response.statusCode, response.statusMessage];
});
/** Requests one after the other by an agent: the number of each on its connection, and whether the connection was used before. */
async function countsBy(agent: Agent, paths: readonly string[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const path of paths) {
    const sent = get(`${origin}${path}`, { agent });
    const closed = new Promise((resolve) => sent.on("close", resolve));
    seen.push([await text(await answered(sent)), sent.reusedSocket]);
    await closed;
  }
  return seen;
}
await reportLater("agent that keeps connections", async () => {
  const agent = new Agent({ keepAlive: true });
  const seen = await countsBy(agent, ["/count", "/count", "/count-close", "/count", "/until-end", "/count"]);
  agent.destroy();
  return [seen, agent.maxFreeSockets];
});
await reportLater("agent that keeps no connections", async () => {
  const agent = new Agent();
  return [await countsBy(agent, ["/count", "/count"]), untyped<{ keepAlive: boolean }>(agent).keepAlive];
});
await reportLater("agent with simultaneous requests", async () => {
  const agent = new Agent({ keepAlive: true });
  const counts = await Promise.all(
    ["/count", "/count", "/count"].map(async (path) => text(await answered(get(`${origin}${path}`, { agent })))),
  );
  const after = await countsBy(agent, ["/count"]);
  agent.destroy();
  return [counts, after];
});
await reportLater("agent, bodies that are sent", async () => {
  const agent = new Agent({ keepAlive: true });
  const seen: string[] = [];
  for (const body of ["first", "second", ""]) {
    const sent = request(`${origin}/echo`, { agent, method: "PUT" });
    sent.end(body);
    seen.push(await text(await answered(sent)));
  }
  agent.destroy();
  return seen;
});
await reportLater("agent, a body in small parts is sent without a delay", async () => {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  for (let turn = 0; turn < 8; turn++) {
    const begun = performance.now();
    const sent = request(`${origin}/echo`, { agent, method: "PUT", headers: { "content-length": 4 } });
    sent.write("ab");
    await new Promise((resolve) => setTimeout(resolve, 1));
    sent.end("cd");
    await text(await answered(sent));
    times.push(performance.now() - begun);
  }
  agent.destroy();
  // Linux delays most confirmations by 40 ms, and without TCP_NODELAY, the second part waits for that of the first
  const [, , , fourth = 0] = times.toSorted((a, b) => a - b);
  return fourth < 35;
});
await reportLater("agent, a response that is not read", async () => {
  const agent = new Agent({ keepAlive: true });
  const response = await answered(get(`${origin}/large`, { agent }));
  response.destroy();
  const after = await countsBy(agent, ["/count"]);
  agent.destroy();
  return after;
});
await reportLater("agent, a connection that the server closes", async () => {
  const agent = new Agent({ keepAlive: true });
  await countsBy(agent, ["/length"]);
  const seen = await eventsOf(get(`${origin}/hangup`, { agent }));
  const after = await countsBy(agent, ["/count"]);
  agent.destroy();
  return [seen, after];
});

await reportLater("agent, a response before the body is sent", async () => {
  const agent = new Agent({ keepAlive: true });
  const early = request(`${origin}/early`, { agent, method: "PUT", headers: { "content-length": 4 } });
  early.write("ab");
  const seen: unknown[] = [await text(await answered(early))];
  await new Promise((resolve) => setTimeout(resolve, 20));
  early.end("cd");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const both = ["/count", "/count"].map(async (path) => {
    const sent = get(`${origin}${path}`, { agent });
    return [await text(await answered(sent)), sent.reusedSocket];
  });
  seen.push(await Promise.all(both));
  agent.destroy();
  return seen;
});
report("http, agent of https", () => request({ host: "127.0.0.1", port, agent: new SecureAgent() }));
for (const agent of [5, "agent", {}]) {
  report(`agent ${JSON.stringify(agent)}`, () => {
    try {
      request(origin, { agent: untyped<Agent>(agent) });
    } catch {
      return "refused";
    }
    return "sent";
  });
}

type Lookup = NonNullable<RequestOptions["lookup"]>;
const lookUp: Lookup = (_name, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
await reportLater("lookup", async () => {
  const asked: unknown[] = [];
  const lookup: Lookup = (name, lookupOptions, done) => {
    asked.push([name, lookupOptions.hints, lookupOptions.all]);
    lookUp(name, lookupOptions, done);
  };
  const answer = await fetched("/length", { hostname: "name.test", lookup });
  return [answer, asked, await fetched("/length", { lookup })];
});
await reportLater("lookup that fails", () =>
  fetched("/length", { hostname: "name.test", lookup: (_name, _options, done) => done(new RangeError("mine"), "", 4) }),
);
await reportLater("lookup without an address", async () => {
  const lookup: Lookup = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
  return await fetched("/length", { hostname: "name.test", lookup });
});
report("lookup that is no function", () =>
  untyped<(options: object) => void>(request)({ host: "name.test", lookup: 5, agent: false }),
);

async function byProxy(proxyEnv: NodeJS.ProcessEnv, url: string): Promise<unknown> {
  const agent = new Agent({ proxyEnv });
  const response = await answered(get(url, { agent, lookup: lookUp }));
  return JSON.parse(await text(response));
}
const withCredentials = `http://us%20er:p%C3%A4ss@127.0.0.1:${port}`;
for (const [name, proxyEnv] of Object.entries<NodeJS.ProcessEnv>({
  http_proxy: { http_proxy: origin },
  "HTTP_PROXY with credentials": { HTTP_PROXY: withCredentials },
  "both in small letters and in capitals": { http_proxy: withCredentials, HTTP_PROXY: "http://127.0.0.1:1" },
  "NO_PROXY of other hosts": {
    http_proxy: origin,
    NO_PROXY: "other.test, .another.test *.more.test,10.0.0.1-10.0.0.9",
  },
  "https_proxy only": { https_proxy: "http://127.0.0.1:1" },
  "the proxy of another protocol": { http_proxy: "socks5://127.0.0.1:1" },
})) {
  await reportLater(`proxy by ${name}`, () => byProxy(proxyEnv, `http://name.test:${port}/echo?a`));
}
for (const direct of ["*", "name.test", `name.test:${port}`, ".test", "*.test", "NAME.TEST", "a,name.test"]) {
  await reportLater(`no_proxy ${direct}`, () =>
    byProxy({ http_proxy: "http://127.0.0.1:1", no_proxy: direct }, `http://name.test:${port}/echo`),
  );
}
for (const direct of ["127.0.0.1", "127.0.0.0-127.0.0.9"]) {
  await reportLater(`no_proxy ${direct}`, () =>
    byProxy({ http_proxy: "http://127.0.0.1:1", no_proxy: direct }, `${origin}/echo`),
  );
}
report("proxy that is no URL", () => new Agent({ proxyEnv: { http_proxy: "http://" } }));
report("bad protocol", () => request("ftp://a.example"));
report("bad path", () => request({ path: "/a b" }));
report("bad method", () => request({ method: "a b" }));
report("bad header name", () => request({ headers: { "a b": "c" } }));
report("bad header value", () => request({ headers: { a: "b\nc" } }));
report("no header value", () => request({ headers: { a: undefined } }));
