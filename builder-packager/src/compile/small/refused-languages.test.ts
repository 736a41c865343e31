// @needs processes
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "refused-languages-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("the small JavaScript engine refuses calls whose results depend on a locale", async () => {
  const calls: Readonly<Record<string, string>> = {
    '"ä".localeCompare("z")': "localeCompare of texts beyond ASCII",
    '"a".localeCompare("b", "sv")': "localeCompare with other options than numeric and sensitivity in English",
    '"a".localeCompare("b", "en", { caseFirst: "upper" })':
      "localeCompare with other options than numeric and sensitivity in English",
    "(1.5).toLocaleString()": "toLocaleString of other numbers than integers",
    '(1000).toLocaleString("de")': "toLocaleString with options or in other languages than English",
    'new Date(0).toLocaleString("en")': "Date.prototype.toLocaleString",
    "new Date(0).toLocaleDateString()": "Date.prototype.toLocaleDateString",
    "[new Date(0)].toLocaleString()": "Date.prototype.toLocaleString",
    '"i".toLocaleUpperCase("tr")': "toLocaleUpperCase in other languages than English",
    'new Intl.DateTimeFormat("en")': "Intl.DateTimeFormat",
    "Intl.NumberFormat(undefined)": "Intl.NumberFormat",
    'new Intl.Segmenter("en", { granularity: "word" })': "Intl.Segmenter with the granularity word",
  };
  const [source, program] = [join(dir, "calls.mjs"), join(dir, "calls")];
  const attempts = Object.keys(calls).map((call) => `() => ${call}`);
  writeFileSync(
    source,
    `for (const call of [${attempts.join(", ")}])
       try { console.log("returned", call()); } catch ({ code, message }) { console.log(code, message); }`,
  );
  await writeSmallProgram(source, program);
  const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
  expect(lines).toEqual(
    Object.values(calls).map(
      (what) => `ERR_ENGINE_LACKS the small engine has no ${what}: package the buildpack with --runtime node`,
    ),
  );
});
