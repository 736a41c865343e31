import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { type Command, toolOutput } from "../../../test/support/apps/app-tools.ts";

/** A lockfile, and the command that writes it. */
export interface TestLock {
  readonly command: Command;
  readonly lockfile: string;
  /** The tables of pyproject.toml in addition to those of the project and its groups. */
  readonly tables?: string;
}

/**
 * Creates an app for the conformance suite with one package, one development package, and the
 * lockfile that its tool writes.
 */
export async function lockedApp(requirement: string, { command, lockfile, tables = "" }: TestLock): Promise<FileMap> {
  const manifest = `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["${requirement}"]
${tables}[dependency-groups]
dev = ["iniconfig==2.1.0"]
`;
  const dir = await mkdtemp(join(tmpdir(), "libcnb-lock-"));
  try {
    await writeFiles(dir, { "pyproject.toml": manifest });
    await toolOutput(command, dir);
    return { "pyproject.toml": manifest, [lockfile]: await readFile(join(dir, lockfile), "utf8") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
