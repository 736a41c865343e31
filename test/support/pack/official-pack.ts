// @needs go
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";
import { execute, type Outcome } from "../cnb.ts";
import { copyGoModule, goBuild } from "../lifecycle/go-module.ts";

export const packVersion = "0.40.6";
const module = "github.com/buildpacks/pack";

/** The real `pack`, with a configuration of its own. */
export interface OfficialPack {
  /** The directory of its configuration and downloads. */
  readonly home: string;
  /** Runs it to its end, with further variables. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Like `run`, and fails with all that was printed when it fails. */
  succeeds(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
  remove(): Promise<void>;
}

/** A `pack` that nobody else uses: its configuration is empty and its caches are. */
export async function officialPack(): Promise<OfficialPack> {
  const program = await packProgram();
  const home = await mkdtemp(join(tmpdir(), "pack-"));
  // nothing of the user's may leak in: neither a daemon nor credentials
  const environment = { PATH: process.env["PATH"], HOME: home, PACK_HOME: home, DOCKER_CONFIG: home };
  const run: OfficialPack["run"] = (args, env = {}) =>
    execute(program, ["--no-color", ...args], { env: { ...environment, ...env }, cwd: home });
  return {
    home,
    run,
    async succeeds(args, env) {
      const outcome = await run(args, env);
      if (outcome.exitCode !== 0) throw new Error(failure(args, outcome));
      return outcome;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

const failure = (args: readonly string[], { exitCode, stdout, stderr }: Outcome) =>
  `pack ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`;

/** Compiled once from its module's source, some minutes, and kept. Its `replace` directive rules out `go install`. */
export async function packProgram(): Promise<string> {
  const dir = cacheDir(process.env, "test-pack");
  const program = join(dir, `pack-${packVersion}-${process.arch}`);
  await mkdir(dir, { recursive: true });
  await withFileLock(`${program}.lock`, new AbortController().signal, async () => {
    if (!(await exists(program))) await compile(dir, program);
  });
  return program;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function compile(dir: string, program: string): Promise<void> {
  const work = await mkdtemp(join(dir, "work-"));
  try {
    await copyGoModule(`${module}@v${packVersion}`, join(work, "module"));
    await goBuild(join(work, "module"), ".", join(work, "pack"), `-X ${module}/pkg/client.Version=${packVersion}`);
    await rename(join(work, "pack"), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
