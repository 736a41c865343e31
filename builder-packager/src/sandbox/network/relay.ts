import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:net";
import { CnbError } from "../../errors.ts";
import { relayProgram } from "./relay-program.ts";

/** A forwarding rule: connections to `listener` are forwarded to a port in the relay's network. */
export interface Forward {
  readonly listener: Server;
  readonly port: number;
}

/** A running relay process, which forwards connections. */
export interface Relay {
  /** The id of the relay process on the host. */
  readonly pid: number;
  /** Ends the relay when pending data is delivered, or after a second. */
  close(): Promise<void>;
}

/**
 * Starts a relay process and closes the listeners in this process. `prefix` is a command line that
 * starts another command in the network to which connections are forwarded. Throws SANDBOX_FAILED.
 *
 * @example `const relay = await startRelay([{ listener, port: 3000 }], ["unshare", "--net"])`
 */
export async function startRelay(forwards: readonly Forward[], prefix: readonly string[] = []): Promise<Relay> {
  const child = launch(prefix);
  const words = wordsOf(child);
  const exit = once(child, "exit").catch(() => {}); // one that cannot be started has no exit
  try {
    const pids = [await ask(child, 0)];
    for (const { listener, port } of forwards) pids.push(await ask(child, port, listener));
    return { pid: pids[0] ?? -1, close: () => closeRelay(child, exit) };
  } catch (error) {
    await closeRelay(child, exit);
    throw notStarted(words() || (error as Error).message, prefix.length > 0);
  } finally {
    for (const { listener } of forwards) listener.close();
  }
}

/** Starts the relay in its own session, so that Ctrl-C in a terminal reaches only the app. */
function launch(prefix: readonly string[]): ChildProcess {
  const [file = "", ...args] = [...prefix, process.execPath, "-e", relayProgram];
  const child = spawn(file, args, { cwd: "/", env: {}, detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  child.on("error", () => {}); // the caller that waits for a response gets this error
  return child;
}

/** Hands over a listener, or nothing, and waits until the relay has it. Leaves no event listener behind. */
async function ask(child: ChildProcess, port: number, listener?: Server): Promise<number> {
  const done = new AbortController();
  const answered = once(child, "message", done); // rejects when the child cannot be started
  const ended = once(child, "exit", done).then(() =>
    Promise.reject(new Error("cnb cannot forward ports to the app, because its process for this purpose has ended")),
  );
  const notSent = new Promise<never>((_, reject) => child.send(port, listener, (error) => error && reject(error)));
  for (const each of [answered, ended, notSent]) each.catch(() => {}); // the first one counts
  try {
    const [{ pid }] = await Promise.race([answered, ended, notSent]);
    return pid;
  } finally {
    done.abort();
  }
}

async function closeRelay(child: ChildProcess, exit: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  if (child.pid !== undefined) await exit;
}

function wordsOf({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr?.setEncoding("utf8").on("data", (part: string) => {
    text = (text + part).slice(-2000);
  });
  return () => text.trim();
}

const notStarted = (words: string, isSeparate: boolean): CnbError =>
  new CnbError("SANDBOX_FAILED", `ports cannot be forwarded to the app: ${words}`, {
    hint: isSeparate
      ? "Remove --network none. The app then listens in this machine's network."
      : "Publish the app's port under the same number, for example --publish 8080:8080.",
  });
