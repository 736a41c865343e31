import type { Reporter } from "./reporter.ts";

/** Called with the name of a slow operation. */
export type Waiting = (name: string) => void;

/** The time after which the user is informed about a slow operation. */
export const silenceMs = 5000;

/** A name is printed once in this time: several requests wait for the same server at a time. */
const quietMs = 30_000;

const lines = new WeakMap<Reporter, Waiting>();

/** Prints `Waiting for NAME`, once in a while for each name. */
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

/** Calls `waiting` after 5 s. Call the returned function when the operation has ended. */
export function announcing(name: string, waiting: Waiting | undefined): () => void {
  if (waiting === undefined) return () => undefined;
  const timer = setTimeout(() => waiting(name), silenceMs).unref();
  return () => clearTimeout(timer);
}

/**
 * Does work that waits for a server, and calls `waiting` with its host when it was silent for 5 s. The work calls `heard` when
 * something has come.
 *
 * @example `await listening(url, waitingLine(reporter), (heard) => download(url, { to, env, onProgress: heard }))`
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
