// @needs go
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";
import { execute, type Outcome } from "../cnb.ts";
import { copyGoModule, goBuild } from "../lifecycle/go-module.ts";

const version = "3.0.6";
const password = "secret";

/** The real `cosign`, with a home directory of its own. */
export interface Cosign {
  readonly dir: string;
  /** Runs it to its end in `dir`. */
  run(...args: readonly string[]): Promise<Outcome>;
  /** Like `run`, and fails with all that was printed when it fails. */
  succeeds(...args: readonly string[]): Promise<Outcome>;
  remove(): Promise<void>;
}

/** The password of the keys that cosign creates. */
export const cosignEnv = { COSIGN_PASSWORD: password };

/** Signatures by keys that no transparency log knows, in registries without TLS. */
export const withoutLog = ["--insecure-ignore-tlog=true", "--allow-insecure-registry"];
export const signWithoutLog = ["--tlog-upload=false", "--use-signing-config=false", "--allow-insecure-registry", "-y"];

export async function officialCosign(): Promise<Cosign> {
  const program = await cosignProgram();
  const dir = await mkdtemp(join(tmpdir(), "cosign-"));
  const env = { PATH: process.env["PATH"], HOME: dir, DOCKER_CONFIG: dir, ...cosignEnv };
  const run: Cosign["run"] = (...args) => execute(program, args, { env, cwd: dir });
  return {
    dir,
    run,
    async succeeds(...args) {
      const outcome = await run(...args);
      if (outcome.exitCode === 0) return outcome;
      throw new Error(`cosign ${args.join(" ")} exited ${outcome.exitCode}\n${outcome.stdout}${outcome.stderr}`);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Compiled once from its module's source, in about 5 minutes of processor time, and kept. */
async function cosignProgram(): Promise<string> {
  const dir = cacheDir(process.env, "test-cosign");
  const program = join(dir, `cosign-${version}-${process.arch}`);
  await mkdir(dir, { recursive: true });
  await withFileLock(`${program}.lock`, new AbortController().signal, async () => {
    if ((await stat(program).catch(() => undefined)) === undefined) await compile(dir, program);
  });
  return program;
}

async function compile(dir: string, program: string): Promise<void> {
  const work = await mkdtemp(join(dir, "work-"));
  try {
    await copyGoModule(`github.com/sigstore/cosign/v3@v${version}`, join(work, "module"));
    await goBuild(join(work, "module"), "./cmd/cosign", join(work, "cosign"));
    await rename(join(work, "cosign"), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
