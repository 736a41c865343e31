import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { readPredicate } from "./predicate-file.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "predicate-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function predicate(text: string): Promise<unknown> {
  const file = join(dir, "predicate.json");
  await writeFile(file, text);
  return readPredicate(file);
}
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test("a predicate is read from a JSON file", async () => {
  expect(await predicate('{ "a": [1] }')).toEqual({ a: [1] });
});

test.for<[string, string, string]>([
  ["that is not JSON", "{", "it is not JSON"],
  ["that is nested as deeply as a statement may be", nested(limits.documentDepth.most), "it is nested too deeply"],
  ["that is nested 1,000,000 times", nested(1_000_000), "it is nested too deeply"],
])("a predicate %s is refused", async ([, text, reason]) => {
  await expect(predicate(text)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    message: `cannot read the predicate ${join(dir, "predicate.json")}: ${reason}`,
  });
});
