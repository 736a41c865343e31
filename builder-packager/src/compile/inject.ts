import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { CnbError } from "../errors.ts";

/** The marker in the Node.js binary that postject flips, so that Node.js looks for the blob (nodejs.org/api/single-executable-applications.html). */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Puts the blob into the executable `file`, in place. */
export async function injectBlob(file: string, blob: Uint8Array): Promise<void> {
  const workerData = { postject: createRequire(import.meta.url).resolve("postject"), file, blob, fuse };
  // A thread of its own: postject installs handlers for uncaught exceptions that end the process, keeps some hundred MB,
  // and prints harmless warnings about the names of the sections that it adds.
  const worker = new Worker(script, { eval: true, workerData, stdout: true, stderr: true });
  worker.stdout.resume();
  worker.stderr.resume();
  const failure = await new Promise<string | undefined>((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.on("exit", () => resolve("the thread ended early"));
  }).finally(() => worker.terminate());
  if (failure !== undefined) throw injectionError(file, failure);
}

const script = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { postject, file, blob, fuse } = workerData;
  require(postject)
    .inject(file, "NODE_SEA_BLOB", Buffer.from(blob), { sentinelFuse: fuse })
    .then(() => parentPort.postMessage(undefined), (error) => parentPort.postMessage(error.message));
`;

const injectionError = (file: string, failure: string): CnbError<"COMPILE_FAILED"> =>
  new CnbError("COMPILE_FAILED", `the script could not be put into ${file}: ${failure}`, {
    hint: "Check the free memory (about 600 MB are needed) and the free space of the cache folder.",
  });
