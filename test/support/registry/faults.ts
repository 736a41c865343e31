import http from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { type Listening, listen } from "./listen.ts";

/** The faults of a request. */
export type Fault =
  /** Answered by somebody before the registry, who does not even read the request. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection breaks before the registry sees anything. */
  | { readonly kind: "reset" }
  /** The registry has done it all, but the connection breaks before its answer. */
  | { readonly kind: "lost answer" }
  /** The registry gets a half of the body, then the connection breaks. */
  | { readonly kind: "cut request" }
  /** Half of the answer comes, then the connection breaks. */
  | { readonly kind: "cut answer" }
  /** Half of the answer comes and seems to be complete. */
  | { readonly kind: "short answer" }
  /** Nothing comes for ever. */
  | { readonly kind: "silence" }
  /** The answer comes in small pieces. */
  | { readonly kind: "slow" }
  /** Bytes of the answer are changed. */
  | { readonly kind: "changed answer" }
  /** Bytes of the request are changed. */
  | { readonly kind: "changed request" };

/** Which requests a fault hits: the first `times` of those whose `METHOD /path?query` matches. */
export interface Rule {
  readonly on: RegExp;
  readonly fault: Fault;
  /** Only requests with more bytes than this. */
  readonly above?: number;
  /** @default 1 */
  readonly times?: number;
}

export interface FaultProxy extends Listening {
  /** `METHOD /path` of all requests. */
  readonly log: string[];
  /** The most requests that there were at a time since the last injection. */
  busiest(): number;
  /** The rules from now on. */
  inject(...rules: readonly Rule[]): void;
}

/** Stands before a registry and lets go wrong what a test wants. Passes on what the clients send, credentials too. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const log: string[] = [];
  let rules: { on: RegExp; above: number; fault: Fault; left: number }[] = [];
  const faultFor = (line: string, length: number): Fault | undefined => {
    const rule = rules.find(({ on, above, left }) => left > 0 && length > above && on.test(line));
    if (rule) rule.left--;
    return rule?.fault;
  };
  let running = 0;
  let busiest = 0;
  const server = http.createServer(async (request, response) => {
    busiest = Math.max(busiest, ++running);
    // Before the client can know that its answer is complete, so that its next request is not counted with it.
    response.once("prefinish", () => running--);
    log.push(`${request.method} ${request.url?.split("?")[0]}`);
    const length = Number(request.headers["content-length"] ?? 0);
    const fault = faultFor(`${request.method} ${request.url}`, length);
    await handle({ request, response, upstream }, fault).catch(() => response.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    log,
    busiest: () => busiest,
    inject(...wanted) {
      busiest = 0;
      rules = wanted.map(({ on, fault, above = -1, times = 1 }) => ({ on, above, fault, left: times }));
    },
  };
}

interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly upstream: string;
}

async function handle(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { request, response } = exchange;
  switch (fault?.kind) {
    case "reset":
      return void request.socket.resetAndDestroy();
    case "silence":
      return void request.resume();
    case "status":
      return void response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    case "cut request":
      return cutRequest(exchange);
    case "changed request":
      return answer(response, await passed(exchange, Readable.from([changed(await buffer(request))])));
    case "lost answer":
      (await passed(exchange, request)).resume();
      return void request.socket.resetAndDestroy();
    default:
      return changedAnswer(exchange, fault, await passed(exchange, request));
  }
}

/** Sends a request to the registry and gives its answer. */
function passed({ request, upstream }: Exchange, body: Readable): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = request;
    const onward = http.request(`http://${upstream}${url}`, { method, headers, agent: false }, resolve);
    onward.on("error", reject);
    request.on("close", () => !request.complete && onward.destroy());
    body.pipe(onward);
  });
}

function answer(response: http.ServerResponse, from: http.IncomingMessage): void {
  response.writeHead(from.statusCode ?? 500, from.headers);
  from.pipe(response);
}

async function cutRequest({ request, upstream }: Exchange): Promise<void> {
  const body = await buffer(request);
  const { method, url, headers } = request;
  const onward = http.request(`http://${upstream}${url}`, { method, headers, agent: false });
  onward.on("error", () => {});
  onward.write(body.subarray(0, body.length / 2));
  await delay(100); // so that the registry has read it
  onward.destroy();
  await delay(100); // so that it has noticed
  request.socket.resetAndDestroy();
}

async function changedAnswer({ response }: Exchange, fault: Fault | undefined, from: http.IncomingMessage) {
  if (fault === undefined) return answer(response, from);
  const body = await buffer(from);
  const half = body.subarray(0, body.length / 2);
  const { "content-length": _, ...headers } = from.headers;
  const begin = (length: number) =>
    response.writeHead(from.statusCode ?? 500, { ...headers, "content-length": String(length) });
  switch (fault.kind) {
    case "cut answer":
      return void begin(body.length).write(half, () => response.destroy());
    case "short answer":
      return void begin(half.length).end(half);
    case "slow":
      if (body.length > 0) return dribble(begin(body.length), body);
      await delay(100);
      return void begin(0).end();
    default:
      return void begin(body.length).end(changed(body));
  }
}

async function dribble(response: http.ServerResponse, body: Buffer): Promise<void> {
  const pieces = 20;
  for (let at = 0; at < pieces; at++) {
    const [from, to] = [at, at + 1].map((edge) => Math.floor((body.length * edge) / pieces));
    await delay(10);
    if (at === pieces - 1) response.end(body.subarray(from, to));
    else response.write(body.subarray(from, to));
  }
}

/** The same number of bytes, the last one another. */
function changed(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  if (copy.length > 0) copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return copy;
}
