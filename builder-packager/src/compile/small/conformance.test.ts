// @needs processes
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import {
  type CaseRun,
  caseEnv,
  caseFile,
  caseRuns,
  withHttpServer,
  withSocketServers,
} from "../../../../test/support/small/conformance-cases.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "conformance-"));
afterAll(() => rmSync(dir, { recursive: true }));

const run = promisify(execFile);

const programs = new Map<string, Promise<string>>();

/** The cases as a program on the small engine, which is written once. */
function smallProgram(name: string): Promise<string> {
  const program = programs.get(name) ?? writtenProgram(name);
  programs.set(name, program);
  return program;
}

async function writtenProgram(name: string): Promise<string> {
  const file = join(dir, name.replaceAll("/", "-"));
  await writeSmallProgram(caseFile(name), file);
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

/** The output of a program and its end, which cases of node:process set. */
async function outcome(command: string, args: readonly string[]): Promise<readonly string[]> {
  const options = { env: caseEnv, maxBuffer: 16 * 1024 * 1024 };
  const { stdout, code = 0, signal = null } = await run(command, args, options).catch((error) => error);
  return [...linesOf(stdout), `exit code ${code}, signal ${signal}`];
}

/** The output has at least this number of lines: those of a process that ends early, or those of many cases. */
const leastLines = ({ name }: CaseRun): number => (name === "process/exit" ? 2 : 4);

async function compare(each: CaseRun): Promise<void> {
  const { name, args = [] } = each;
  const onNode = await outcome(process.execPath, ["--no-warnings", caseFile(name), ...args]);
  expect(onNode.length).toBeGreaterThanOrEqual(leastLines(each));
  expect(await outcome(await smallProgram(name), args)).toEqual(onNode);
}

describe("the small JavaScript engine prints the same output as Node.js", () => {
  test.for(caseRuns.map((each) => [[each.name, ...(each.args ?? [])].join(", "), each] as const))(
    "in the conformance cases %s",
    ([, each]) => compare(each),
  );

  test("in the conformance cases of http", () => withHttpServer(compare));

  test("in the conformance cases of sockets", () => withSocketServers(dir, compare));
});
