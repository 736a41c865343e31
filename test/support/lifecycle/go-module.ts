// @needs go
import { chmod, cp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, type Outcome } from "../cnb.ts";

/** The read-only directory of a Go module, fetched by the host's Go if it is not in its cache. */
export async function goModule(nameAndVersion: string): Promise<string> {
  const { stdout } = await go(["mod", "download", "-json", nameAndVersion], tmpdir());
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** Copies a Go module to where programs of it can be compiled: with its own go.mod, which may replace modules, and its go.sum. */
export async function copyGoModule(nameAndVersion: string, dir: string): Promise<void> {
  await cp(await goModule(nameAndVersion), dir, { recursive: true });
  await makeWritable(dir);
}

/** The host's Go, with its own settings but those that a program without C needs. */
export async function go(args: readonly string[], cwd: string): Promise<Outcome> {
  const settings = ["CGO_ENABLED=0", "GOWORK=off", "GO111MODULE=on"];
  const outcome = await execute("env", ["-C", cwd, ...settings, "go", ...args]);
  if (outcome.exitCode !== 0) throw new Error(`go ${args[0]} failed: ${outcome.stderr}${outcome.stdout}`);
  return outcome;
}

/** Compiles one program; without paths in it, Go's cache serves the next compilation too. */
export async function goBuild(moduleDir: string, program: string, output: string, ldflags = ""): Promise<void> {
  const flags = ["-buildvcs=false", "-trimpath", `-ldflags=-s -w ${ldflags}`.trimEnd()];
  await go(["build", ...flags, "-o", output, program], moduleDir);
}

async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(join(dir, entry.name));
}
