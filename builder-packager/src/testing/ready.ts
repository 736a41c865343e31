import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";
import type { ExitStatus } from "../sandbox/processes/exit-status.ts";
import type { OutputLog } from "./output-log.ts";

/**
 * The condition under which an app is ready: it accepts connections on a port, answers an HTTP
 * request with a status below 500, or has printed a text.
 */
export type ReadyWhen = (
  | { readonly port: number }
  /** A path at `PORT`, or a whole URL. */
  | { readonly http: string }
  | { readonly log: string | RegExp }
) & {
  /** The timeout in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
};

/** A started app that may not be ready yet. */
export interface StartingApp {
  readonly port: number;
  readonly log: OutputLog;
  readonly hasEnded: () => ExitStatus | undefined;
}

const pauseMs = 25;

/** Waits until an app is ready. Throws if the app ends first. */
export async function waitUntilReady(app: StartingApp, when: ReadyWhen): Promise<void> {
  const { timeoutMs = 30_000 } = when;
  const deadline = performance.now() + timeoutMs;
  while (!(await isReady(app, when))) {
    const status = app.hasEnded();
    if (status !== undefined) throw ended(app, status, when);
    if (performance.now() > deadline) throw late(app, timeoutMs, when);
    await sleep(pauseMs);
  }
}

async function isReady({ port, log }: StartingApp, when: ReadyWhen): Promise<boolean> {
  if ("port" in when) return accepts(when.port);
  if ("http" in when) return answers(new URL(when.http, `http://localhost:${port}`));
  return when.log instanceof RegExp ? when.log.test(log.text) : log.text.includes(when.log);
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: "localhost", port });
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function answers(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

function ended({ log }: StartingApp, { exitCode }: ExitStatus, when: ReadyWhen): CnbError {
  const message = `The app ended with exit code ${exitCode} before ${described(when)}`;
  return new CnbError("APP_ENDED", message, { cause: printed(log), hint: "See the app's output for the reason." });
}

function late({ log }: StartingApp, timeoutMs: number, when: ReadyWhen): CnbError {
  const message = `The app was not ready after ${timeoutMs} ms: cnb waited until ${described(when)}`;
  return new CnbError("PORT_UNAVAILABLE", message, {
    cause: printed(log),
    hint: "Read the app's output, and check which port the app uses (often set in PORT).",
  });
}

const printed = ({ text }: OutputLog): string =>
  text === "" ? "it printed nothing" : `it printed\n${text.split("\n").slice(-20).join("\n").trimEnd()}`;

function described(when: ReadyWhen): string {
  if ("port" in when) return `port ${when.port} accepted connections`;
  if ("http" in when) return `${when.http} was answered`;
  return `it printed ${when.log instanceof RegExp ? when.log : JSON.stringify(when.log)}`;
}
