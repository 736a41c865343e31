// @needs processes
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { nodeLayerDir } from "./engine.ts";

const dir = mkdtempSync(join(tmpdir(), "conformance-"));
afterAll(() => rmSync(dir, { recursive: true }));

const cases = (name: string): string => {
  const [ts = "", mjs = ""] = ["ts", "mjs"].map((suffix) => join(nodeLayerDir(), "conformance", `${name}.${suffix}`));
  return existsSync(ts) ? ts : mjs;
};
const run = promisify(execFile);

/** The cases as a program on the small engine. */
async function smallProgram(name: string): Promise<string> {
  const file = join(dir, name);
  await writeSmallProgram(cases(name), file);
  return file;
}

// A program has no sources: neither that of a function nor that by which a class is known.
const sources = /^\["(clone function|[^"]* (cls|sub|anonymous))",/;

const linesOf = (stdout: string): string[] =>
  stdout
    .replace(/"date":"[^"]*"|"Date","[^"]*"/g, "(date)")
    .trim()
    .split("\n")
    .filter((line) => !sources.test(line));

/** The output of a program, and its exit code, which cases of node:process set. */
async function outcome(command: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout, code = 0 }: { stdout: string; code?: unknown } = await run(command, args).catch((error) => error);
  return [...linesOf(stdout), `exit code ${code}`];
}

async function compare(name: string, args: readonly string[] = []): Promise<void> {
  const onNode = await outcome(process.execPath, ["--no-warnings", cases(name), ...args]);
  expect(onNode.length).toBeGreaterThan(3);
  expect(await outcome(await smallProgram(name), args)).toEqual(onNode);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("the Node layer on the small engine prints what Node.js prints", () => {
  test.for([
    "assert",
    "async-hooks",
    "buffer",
    "child-process",
    "crypto",
    "events",
    "fs",
    "fs-promises",
    "json",
    "locale",
    "module",
    "net",
    "process",
    "read-bytes",
    "stream",
    "text",
    "url",
    "util",
    "x509",
    "xz",
    "zlib",
    "zstd",
  ])("for the conformance cases of %s", (name) => compare(name));

  test("for the conformance cases of http", async () => {
    const port = `${await freePort()}`;
    const server = spawn(process.execPath, ["--no-warnings", cases("http-server"), port], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(server.stdout, "data");
      await compare("http", [port]);
    } finally {
      server.kill();
    }
  });
});
