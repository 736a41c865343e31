import { chmod, cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./cnb.ts";

/** The version that `cnb builder create` takes by default. */
const lifecycle = "github.com/buildpacks/lifecycle@v0.21.0";

/** A Dockerfile, or an extend-config.toml. With `env` its words are expanded by BuildKit's own lexer. */
export interface DockerfileQuestion {
  readonly kind: "build" | "run" | "config";
  readonly text: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the lifecycle makes of it. */
export interface DockerfileAnswer {
  /** Empty: accepted. */
  readonly error: string;
  readonly withBase: string;
  readonly extend: boolean;
  /** Per instruction after FROM: its name and its words. */
  readonly words: readonly (readonly string[])[] | null;
}

export interface DockerfileJudge {
  ask(questions: readonly DockerfileQuestion[]): Promise<readonly DockerfileAnswer[]>;
  remove(): Promise<void>;
}

/** The lifecycle's own checks of Dockerfiles, compiled by the host's Go inside a copy of the lifecycle's module. */
export async function officialDockerfileJudge(): Promise<DockerfileJudge> {
  const dir = await mkdtemp(join(tmpdir(), "dockerfile-judge-"));
  const module = join(dir, "module");
  const { stdout } = await go(["mod", "download", "-json", lifecycle], dir);
  await cp((JSON.parse(stdout) as { Dir: string }).Dir, module, { recursive: true });
  await makeWritable(module);
  await mkdir(join(module, "cmd/judge"));
  await cp(join(import.meta.dirname, "official-dockerfile.go"), join(module, "cmd/judge/main.go"));
  await go(["build", "-buildvcs=false", "-o", join(dir, "judge"), "./cmd/judge"], module);
  return {
    async ask(questions) {
      const { exitCode, stdout, stderr } = await execute(join(dir, "judge"), [], { input: JSON.stringify(questions) });
      if (exitCode !== 0) throw new Error(`the judge ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function go(args: readonly string[], cwd: string) {
  const settings = ["CGO_ENABLED=0", "GOWORK=off", "GO111MODULE=on"];
  const outcome = await execute("env", ["-C", cwd, ...settings, "go", ...args]);
  if (outcome.exitCode !== 0) throw new Error(`go ${args[0]} failed: ${outcome.stderr}${outcome.stdout}`);
  return outcome;
}

async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(join(dir, entry.name));
}
