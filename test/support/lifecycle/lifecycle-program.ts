// @needs go
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "../cnb.ts";
import { copyGoModule, goBuild } from "./go-module.ts";

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
  await copyGoModule(lifecycle, module);
  await mkdir(join(module, "cmd/program"));
  await cp(join(import.meta.dirname, source), join(module, "cmd/program/main.go"));
  await goBuild(module, "./cmd/program", program);
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
