import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";

export interface SeaBlobOptions {
  /** A Node.js of exactly the version, for the code cache also of the architecture, that the blob will run in. */
  readonly node: string;
  /** An empty folder. */
  readonly workDir: string;
  readonly codeCache: boolean;
  readonly signal?: AbortSignal;
}

/** Makes the blob that Node.js looks for in its own executable. The same script gives the same bytes. */
export async function seaBlob(code: Uint8Array, { node, workDir, codeCache, signal }: SeaBlobOptions): Promise<Buffer> {
  await writeFile(join(workDir, "main.cjs"), code);
  await writeFile(join(workDir, "sea.json"), JSON.stringify(seaConfig(codeCache)));
  // Without a fixed seed V8's code cache differs from run to run. The seed does not make the runtime reject it.
  await runNode(node, ["--random-seed=1", "--experimental-sea-config", "sea.json"], { workDir, signal });
  return await readFile(join(workDir, "blob"));
}

const seaConfig = (useCodeCache: boolean) => ({
  // Relative: Node.js writes this name into the blob.
  main: "main.cjs",
  output: "blob",
  useCodeCache,
  useSnapshot: false,
  disableExperimentalSEAWarning: true,
  // NODE_OPTIONS of an application must neither load code into a buildpack nor stop it.
  execArgvExtension: "none",
});

interface RunOptions {
  readonly workDir: string;
  readonly signal: AbortSignal | undefined;
}

function runNode(node: string, args: readonly string[], { workDir, signal }: RunOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // An empty environment: neither NODE_OPTIONS nor NODE_COMPILE_CACHE of the caller takes part.
    const child = spawn(node, args, { cwd: workDir, env: {}, stdio: ["ignore", "pipe", "pipe"], signal });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode) => {
      if (exitCode === 0) resolve();
      else reject(blobError(node, exitCode, Buffer.concat(output).toString("utf8")));
    });
  });
}

const blobError = (node: string, exitCode: number | null, output: string): CnbError<"COMPILE_FAILED"> =>
  new CnbError("COMPILE_FAILED", `${node} could not prepare the executable (exit code ${exitCode}): ${output.trim()}`, {
    hint: "Check that there is free space in the temporary directory and that the script has no syntax error.",
  });
