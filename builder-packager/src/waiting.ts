import type { Reporter } from "./reporter.ts";

/** A function that is called with the name of a slow operation's target, such as a host. */
export type Waiting = (name: string) => void;

/** The time in milliseconds after which the user is informed about a slow operation. */
export const silenceMs = 5000;

/**
 * The interval in which a name is printed at most once, because several requests may wait for the
 * same server.
 */
const quietMs = 30_000;

const lines = new WeakMap<Reporter, Waiting>();

/** Returns a function that prints `Waiting for NAME`, at most every 30 s for each name. */
export function waitingLine(reporter: Reporter): Waiting {
  const known = lines.get(reporter);
  if (known) return known;
  const printed = new Map<string, number>();
  const line = (name: string) => {
    const now = performance.now();
    if (now - (printed.get(name) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    printed.set(name, now);
    reporter.info(`Waiting for ${name}`);
  };
  lines.set(reporter, line);
  return line;
}

/**
 * Calls `waiting` after 5 s. The caller must call the returned function when the operation ends. If
 * the operation ends within 5 s, `waiting` is not called.
 */
export function announcing(name: string, waiting: Waiting | undefined): () => void {
  if (waiting === undefined) return () => undefined;
  const timer = setTimeout(() => waiting(name), silenceMs).unref();
  return () => clearTimeout(timer);
}

/**
 * Runs `work`, a function that waits for a server. If the server is silent for 5 s, `waiting` is
 * called with the server's host. `work` must call `heard` whenever data has arrived.
 *
 * @example `await listening(url, waitingLine(reporter), (heard) => download(url, { to, env,
 * onProgress: heard }))`
 */
export async function listening<Result>(
  url: string,
  waiting: Waiting | undefined,
  work: (heard: () => void) => Promise<Result>,
): Promise<Result> {
  const { host } = new URL(url);
  let hush = announcing(host, waiting);
  try {
    return await work(() => {
      hush();
      hush = announcing(host, waiting);
    });
  } finally {
    hush();
  }
}
