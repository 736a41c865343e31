import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { descriptorFiles } from "./descriptor-files.ts";
import { lint } from "./lint.ts";

const root = join(import.meta.dirname, "../../..");

/** A fixed time, so that an end of life in the inventories does not make this test fail. */
const now = Date.parse("2026-11-25");

test("cnb lint reports nothing about the descriptors of this repository's buildpacks and templates", async () => {
  const files = await descriptorFiles(["buildpacks", "templates"].map((dir) => join(root, dir)));
  expect(files.length).toBeGreaterThan(30);
  const { findings } = await lint(files, { cwd: root, now, types: false, engine: true });
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  expect(counted.map(({ file, line, rule, message }) => `${relative(root, file)}:${line} ${rule} ${message}`)).toEqual(
    [],
  );
});
