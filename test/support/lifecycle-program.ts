import { chmod, cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./cnb.ts";

/** The version that `cnb builder create` takes by default. */
const lifecycle = "github.com/buildpacks/lifecycle@v0.21.0";

/** A program that answers a list of questions by one of answers, both as JSON. */
export interface LifecycleProgram<Question, Answer> {
  ask(questions: readonly Question[]): Promise<readonly Answer[]>;
  remove(): Promise<void>;
}

/** Compiles a Go file of this directory inside a copy of the official lifecycle's module, so that it can call the lifecycle's own functions. */
export async function lifecycleProgram<Question, Answer>(source: string): Promise<LifecycleProgram<Question, Answer>> {
  const dir = await mkdtemp(join(tmpdir(), "lifecycle-program-"));
  const module = join(dir, "module");
  const program = join(dir, "program");
  await cp(await goModule(lifecycle), module, { recursive: true });
  await makeWritable(module);
  await mkdir(join(module, "cmd/program"));
  await cp(join(import.meta.dirname, source), join(module, "cmd/program/main.go"));
  // without paths in it, Go's cache serves the next compilation too
  await go(["build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/program"], module);
  await rm(module, { recursive: true });
  return {
    async ask(questions) {
      const { exitCode, stdout, stderr } = await execute(program, [], { input: JSON.stringify(questions) });
      if (exitCode !== 0) throw new Error(`the program of ${source} ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The read-only directory of a Go module, fetched by the host's Go if it is not in its cache. */
export async function goModule(nameAndVersion: string): Promise<string> {
  const { stdout } = await go(["mod", "download", "-json", nameAndVersion], tmpdir());
  return (JSON.parse(stdout) as { Dir: string }).Dir;
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
