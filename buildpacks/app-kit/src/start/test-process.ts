import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Creates a temporary directory that is removed at the end of its scope (`await using`). */
export async function temporary(prefix: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** Returns a free port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Returns the first response of a starting server. Each attempt may take `timeoutMs`. */
export async function answered(
  url: string,
  child: ChildProcess,
  output: { readonly text: string },
  timeoutMs = 10_000,
): Promise<string> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the process ended with exit code ${child.exitCode}:\n${output.text}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    if (answer?.ok) return (await answer.text()).trim();
    if (answer !== undefined && answer.status !== 503)
      throw new Error(`the process responded with status ${answer.status}:\n${output.text}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
