// @needs processes
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { execute } from "../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";
import { moreOfDefaults } from "./default-exports.ts";
import { nodeLayer } from "./node-layer.ts";

const dir = mkdtempSync(join(tmpdir(), "default-exports-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("the table of additional names in default exports matches the modules of the small JavaScript engine", async () => {
  const { exports } = await nodeLayer();
  const modules = [...exports.keys()].sort();
  const source = [
    ...modules.map((module, index) => `import m${index} from "node:${module}";`),
    `const names = (all, found = []) =>`,
    `  all ? names(Object.getPrototypeOf(all), [...found, ...Object.getOwnPropertyNames(all)]) : [...new Set(found)];`,
    `console.log(JSON.stringify([${modules.map((_, index) => `names(m${index})`).join(", ")}]));`,
  ];
  writeFileSync(join(dir, "source.mjs"), source.join("\n"));
  await writeSmallProgram(join(dir, "source.mjs"), join(dir, "program"));
  const { stdout } = await execute(join(dir, "program"), []);
  const found: readonly (readonly string[])[] = JSON.parse(stdout);
  const more = modules.map((module, index) => {
    const own = exports.get(module) ?? [];
    const onNode = process.getBuiltinModule(`node:${module}`) as object;
    const names = (found[index] ?? []).filter((name) => !own.includes(name) && name in onNode && !(name in class {}));
    return [module, names.sort()] as const;
  });
  expect(Object.fromEntries(more.filter(([, names]) => names.length > 0))).toEqual(moreOfDefaults);
});
