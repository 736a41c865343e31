import { text } from "node:stream/consumers";
import { CnbError } from "../../errors.ts";
import { runInSandbox } from "../run-in-sandbox.ts";
import type { SandboxBackend, SandboxSpec } from "../spec.ts";

/**
 * Runs one sandbox in a process of its own, so that a test can run it as another user, run it in an
 * unusual directory, or kill it.
 */
const { backend, spec } = JSON.parse(await text(process.stdin)) as { backend: SandboxBackend; spec: SandboxSpec };
const output = { stdout: 0, stderr: 0 };
const head = { stdout: "", stderr: "" };
const onOutput = (chunk: Uint8Array, stream: "stdout" | "stderr"): void => {
  output[stream] += chunk.length;
  if (head[stream].length < 10_000) head[stream] += Buffer.from(chunk).toString();
  if (process.argv[2] === "--live") process.stdout.write(chunk);
};
/** The number of sandboxes to run at the same time, as detect does. */
const times = process.argv[2] === "--times" ? Number(process.argv[3]) : 1;
const stdio = process.argv[2] === "--merged" ? "merged" : "pipe";
try {
  const runs = Array.from({ length: times }, () => runInSandbox(spec, { backend, onOutput, stdio }));
  const [status] = await Promise.all(runs);
  process.stdout.write(JSON.stringify({ ...status, ...head, bytes: output.stdout }));
} catch (error) {
  process.stdout.write(
    JSON.stringify({ error: error instanceof CnbError ? `${error.code} ${error.message}` : `${error}` }),
  );
}
