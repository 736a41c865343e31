// @needs processes
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  type CaseRun,
  caseFile,
  caseRuns,
  withHttpServer,
  withSocketServers,
} from "../../../../test/support/small/conformance-cases.ts";
import { exercisedNames } from "../../../../test/support/small/exercised-names.ts";
import { nodeLayer } from "./node-layer.ts";

const dir = mkdtempSync(join(tmpdir(), "exercised-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The cases of `sea.test.ts`, which compares them in a single executable application of Node.js. */
const inExecutable: CaseRun = { name: "process/sea" };

const guide = readFileSync(join(import.meta.dirname, "../../../../docs/guide/engine.md"), "utf8");

const namesOf = (names: readonly string[], module: string) =>
  names.filter((name) => name !== "default").map((name) => `${module} ${name}`);

async function allUses(): Promise<ReadonlySet<string>> {
  const uses = new Set<string>();
  const add = async ({ name, args = [] }: CaseRun) => {
    for (const use of await exercisedNames(caseFile(name), args, dir)) uses.add(use);
  };
  for (const run of [...caseRuns, inExecutable]) await add(run);
  await withHttpServer(add);
  await withSocketServers(dir, add);
  return uses;
}

test("the conformance cases use each export of the small JavaScript engine's Node.js modules, and docs/guide/engine.md states their number", async () => {
  const uses = await allUses();
  const { exports } = await nodeLayer();
  const all = [...exports].flatMap(([module, names]) => namesOf(names, module));
  expect(all.filter((name) => !uses.has(name))).toEqual([]);
  expect(guide).toContain(`each of the ${all.length} names`);
});

test("each export of the small JavaScript engine's Node.js modules exists in Node.js", async () => {
  const { exports } = await nodeLayer();
  const unknown = [...exports].flatMap(([module, names]) => {
    const onNode = process.getBuiltinModule(`node:${module}`) as object;
    return names.filter((name) => name !== "default" && !(name in onNode)).map((name) => `${module} ${name}`);
  });
  expect(unknown).toEqual([]);
});
