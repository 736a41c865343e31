import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { runInSandbox } from "../../sandbox/run-in-sandbox.ts";
import type { SandboxBackend, SandboxSpec } from "../../sandbox/spec.ts";
import { type NodeBinaryOptions, nodeBinary } from "../executable/node-binary.ts";
import type { NodeArchitecture } from "../executable/node-release.ts";
import type { ScriptCompiler } from "../script.ts";
import { type CompilerPaths, pathsInSandbox, pathsOnHost } from "./compile-environment.ts";
import { readScriptDocument } from "./script-document.ts";
import type { ScriptJob } from "./script-worker.ts";

/** The build image, user and backend with which untrusted sources are compiled. */
export interface CompileEnvironment {
  readonly backend: SandboxBackend;
  /**
   * The directory of the unpacked build image. The compiler's Node.js runs in it, as the
   * executables will.
   */
  readonly rootfs: string;
  readonly arch: NodeArchitecture;
  /** The user id of the build, as which the compiler runs. */
  readonly uid: number;
  readonly gid: number;
  readonly signal: AbortSignal;
}

/** The limits of compiling an app's sources. */
export const compileLimits = {
  memoryBytes: 1024 * 1024 * 1024,
  milliseconds: 120_000,
  /**
   * The maximum size in bytes of the document that the compiler prints. A script usually has a few
   * megabytes.
   */
  outputBytes: 64 * 1024 * 1024,
} as const;

/**
 * Creates a compiler for the sources in a directory. The compiler runs in a sandbox without
 * network, which contains only that directory and cnb's own packages, read-only. The compiler
 * writes one document to standard output. With the backend `direct`, the compiler is a process of
 * the build's user, restricted by Node.js's permission model and the bundler's plugin.
 *
 * @param root the real path of the directory that imports must not leave
 */
export const sandboxedScript =
  (root: string, environment: CompileEnvironment, options: NodeBinaryOptions): ScriptCompiler =>
  async (modules, { runtime }) => {
    const isDirect = environment.backend === "direct";
    const paths = isDirect
      ? pathsOnHost(root)
      : await pathsInSandbox(root, (await nodeBinary(environment.arch, options)).file, options.env);
    const [first, ...others] = await Promise.all(
      modules.map(async ({ id, entry }) => ({ id, entry: join(paths.root, relative(root, await realpath(entry))) })),
    );
    if (first === undefined) throw new Error(`the application in ${root} has no buildpack to compile`);
    const job: ScriptJob = {
      modules: [first, ...others],
      cwd: paths.root,
      ...defined({ runtime }),
      confinement: { roots: [paths.root, ...paths.packages], fallbacks: paths.fallbacks },
    };
    return readScriptDocument(await outputOf(specOf(job, paths, environment), environment));
  };

function specOf(job: ScriptJob, paths: CompilerPaths, { backend, rootfs, uid, gid }: CompileEnvironment): SandboxSpec {
  const readable = paths.readable.map((dir) => `--allow-fs-read=${dir}/`);
  const isTypeScript = paths.worker.endsWith(".ts");
  return {
    rootfs,
    rootfsWritable: false,
    mounts: paths.mounts,
    cwd: "/",
    uid,
    gid,
    command: [
      paths.node,
      "--permission",
      "--allow-child-process",
      ...readable,
      ...(isTypeScript ? ["--conditions=@libcnb/source"] : []),
      "--no-warnings",
      paths.worker,
      JSON.stringify(job),
    ],
    env: { ESBUILD_BINARY_PATH: paths.esbuild, GOMEMLIMIT: `${compileLimits.memoryBytes / 2}` },
    network: backend === "direct",
    limits: { memoryBytes: compileLimits.memoryBytes },
  };
}

async function outputOf(spec: SandboxSpec, { backend, signal }: CompileEnvironment): Promise<string> {
  const end = new AbortController();
  const late = AbortSignal.timeout(compileLimits.milliseconds);
  const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[], bytes: 0 };
  const onOutput = (chunk: Uint8Array, stream: "stdout" | "stderr") => {
    output.bytes += chunk.length;
    if (output.bytes > compileLimits.outputBytes) end.abort(tooLarge());
    else output[stream].push(Uint8Array.from(chunk));
  };
  const any = AbortSignal.any([signal, end.signal, late]);
  const status = await runInSandbox(spec, { backend, signal: any, onOutput }).catch((cause) => {
    throw late.aborted && !signal.aborted ? tooLate(cause) : cause;
  });
  if (status.exitCode === 0) return Buffer.concat(output.stdout).toString("utf8");
  throw ended(status.exitCode, Buffer.concat(output.stderr).toString("utf8"));
}

/** The way around this compiler and its limits. */
const packageFirst = "Or package the buildpack with cnb buildpack package, and add the package with --buildpack.";

const failed = (why: string, hint: string, cause?: unknown): CnbError =>
  new CnbError("COMPILE_FAILED", `the application's buildpack could not be compiled: ${why}`, { cause, hint });

const tooLarge = () =>
  failed(
    `the compiled script is larger than ${compileLimits.outputBytes / 2 ** 20} MiB`,
    "Read large files during the build instead of importing them.",
  );

const tooLate = (cause: unknown) =>
  failed(
    `the compiler took longer than ${compileLimits.milliseconds / 1000} seconds`,
    `Make the sources of the buildpack smaller. ${packageFirst}`,
    cause,
  );

/**
 * The error for a failed compiler. Exit code 137 means that it was killed, as by the memory limit.
 * The kernel may also kill only the bundler, which is a process of its own.
 */
function ended(exitCode: number, words: string): CnbError {
  const last = words.trim().split("\n").slice(-12).join("\n").slice(-2000);
  const isMemory = exitCode === 137 || /out of memory|cannot allocate memory|The service was stopped/i.test(words);
  return isMemory
    ? failed(
        `the compiler needs more than ${compileLimits.memoryBytes / 2 ** 20} MiB of memory`,
        `Make the sources of the buildpack smaller. ${packageFirst}`,
      )
    : failed(
        `the compiler failed with exit code ${exitCode}`,
        /shared librar|not found/i.test(words)
          ? "Use a build image with glibc, libstdc++ and libgcc, which executables compiled from TypeScript need."
          : packageFirst,
        new Error(last),
      );
}
