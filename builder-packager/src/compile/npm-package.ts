import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";

export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  /** The expected digest of the tarball: `sha512-` and base64, as in npm. */
  readonly integrity: string;
}

export interface FetchOptions {
  /** The directory to which the tarball is downloaded. */
  readonly workDir: string;
  /**
   * The environment variables with npm's registry, proxy and credentials. npm also reads the user's
   * .npmrc and that of `cwd`.
   */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /**
   * True if `cwd` may belong to an app. npm then ignores the app's .npmrc, which could send
   * variables of `env` to any registry.
   */
  readonly ignoresProject?: boolean | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Returns the bytes of a package's tarball. The npm client downloads the tarball with its own
 * configuration. The tarball is verified against `integrity`.
 */
export async function fetchPackage(request: PackageRequest, options: FetchOptions): Promise<Buffer> {
  const spec = `${request.name}@${request.version}`;
  const file = await npmPack(spec, options);
  const tarball = await readFile(join(options.workDir, file));
  const actual = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (actual === request.integrity) return tarball;
  throw new CnbError(
    "NODE_BINARY_UNAVAILABLE",
    `the npm package ${spec} has the digest ${actual}, not ${request.integrity}`,
    {
      hint: "The registry serves a different file than the official one: check `npm config get registry`.",
    },
  );
}

async function npmPack(spec: string, { workDir, env, cwd, ignoresProject, signal }: FetchOptions): Promise<string> {
  const [command, ...first] = npmCommand(env);
  const args = [
    ...first,
    "pack",
    spec,
    "--json",
    "--workspaces=false",
    "--loglevel=error",
    "--pack-destination",
    workDir,
    // Without it npm looks for a project in all directories above.
    ...(ignoresProject ? ["--prefix", workDir] : []),
  ];
  const { exitCode, stdout, stderr } = await run(command, args, { env, cwd: ignoresProject ? workDir : cwd, signal });
  // npm before version 9 reports a scoped name's slash here; platform packages have no scope.
  const packed = exitCode === 0 ? packedFile(stdout) : undefined;
  if (packed !== undefined) return packed;
  throw unavailable(spec, stderr.trim() || `npm ended with exit code ${exitCode}`);
}

function packedFile(stdout: string): string | undefined {
  try {
    const filename: unknown = JSON.parse(stdout)[0].filename;
    return typeof filename === "string" ? filename : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads an npm setting for a directory, for example `registry`; undefined if npm is not installed
 * or the setting has no value.
 */
export async function npmSetting(name: string, options: Omit<FetchOptions, "workDir">): Promise<string | undefined> {
  const [command, ...first] = npmCommand(options.env);
  const args = [...first, "config", "get", name, "--workspaces=false", "--loglevel=error"];
  const outcome = await run(command, args, { signal: undefined, ...options }).catch(() => undefined);
  const value = outcome?.exitCode === 0 ? outcome.stdout.trim() : "";
  return ["", "undefined", "null"].includes(value) ? undefined : value;
}

/**
 * The npm command: within `npx` and `npm run`, the npm that started cnb; otherwise the one on PATH.
 */
function npmCommand(env: NodeJS.ProcessEnv): [string, ...string[]] {
  const script = env.npm_execpath;
  return script?.endsWith("npm-cli.js") ? [process.execPath, script] : ["npm"];
}

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
}

function run(command: string, args: readonly string[], { env, cwd, signal }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"], signal });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (cause: NodeJS.ErrnoException) => reject(cause.code === "ENOENT" ? noNpm(cause) : cause));
    child.on("close", (exitCode) => {
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

const noNpm = (cause: Error): CnbError<"NODE_BINARY_UNAVAILABLE"> =>
  new CnbError("NODE_BINARY_UNAVAILABLE", "cannot download the Node.js binary: npm could not be started", {
    cause,
    hint: "Install npm, or add its directory to PATH. cnb downloads the Node.js binary with npm.",
  });

const unavailable = (spec: string, cause: string): CnbError<"NODE_BINARY_UNAVAILABLE"> =>
  new CnbError("NODE_BINARY_UNAVAILABLE", `npm could not fetch the package ${spec}`, {
    cause: new Error(cause),
    hint: `Check \`npm config get registry\` and \`npm view ${spec}\`.`,
  });
