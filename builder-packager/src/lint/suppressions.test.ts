import { expect, test } from "vitest";
import { applyEdits } from "./edits.ts";
import type { Finding } from "./finding.ts";
import { suppress } from "./suppressions.ts";

const finding = (line: number): Finding => ({
  rule: "license",
  severity: "warning",
  file: "/x",
  line,
  column: 1,
  message: "m",
  edits: [],
});

const results = (text: string, lines: readonly number[], skipped = new Set<"license">()) =>
  suppress(lines.map(finding), { file: "/x", text, skipped }).map(({ rule, line, suppressed, message }) =>
    suppressed === undefined ? `${line} ${rule}: ${message}` : `${line} off: ${suppressed}`,
  );

test.for<readonly [string, string, readonly number[], readonly string[]]>([
  [
    "applies to the next line",
    "# cnb-lint-ignore license: internal\nx = 1\ny = 1\n",
    [2, 3],
    ["2 off: internal", "3 license: m"],
  ],
  [
    "applies even with a Unicode line separator after 100,000 blanks",
    `# cnb-lint-ignore license:${" ".repeat(100_000)}\u2028internal\nx = 1\n`,
    [2],
    ["2 off: internal"],
  ],
  [
    "applies across other comments and empty lines",
    "// cnb-lint-ignore license: internal\n# more\n\nx = 1\n",
    [4],
    ["4 off: internal"],
  ],
  [
    "applies to the whole file with -all",
    "x = 1\n# cnb-lint-ignore-all license: internal\n",
    [1, 2],
    ["1 off: internal", "2 off: internal"],
  ],
  [
    "above the header of a table applies to the table",
    "# cnb-lint-ignore license: internal\n[[x]]\na = 1\n\n[y]\nb = 1\n",
    [2, 3, 5],
    ["2 off: internal", "3 off: internal", "5 license: m"],
  ],
  [
    "that ends with CRLF applies to the next line",
    "# cnb-lint-ignore license: internal\r\nx = 1\r\n",
    [2],
    ["2 off: internal"],
  ],
  [
    "without a reason is reported",
    "# cnb-lint-ignore license\nx = 1\n",
    [2],
    ["2 off: ", "1 suppression-without-reason: license is switched off without a reason; write license: REASON"],
  ],
  [
    "with an unknown rule is reported",
    "# cnb-lint-ignore licence: why\nx = 1\n",
    [2],
    ["2 license: m", "1 suppression-unknown: there is no rule licence; did you mean license?"],
  ],
  [
    "without a rule is reported",
    "# cnb-lint-ignore\nx = 1\n",
    [],
    ["1 suppression-unknown: the comment names no rule; write cnb-lint-ignore RULE: REASON"],
  ],
  [
    "without a finding is reported",
    "# cnb-lint-ignore license: why\nx = 1\n",
    [],
    ["1 suppression-unused: license reports nothing here"],
  ],
  ["inside a string has no effect", 'x = "# cnb-lint-ignore license: why"\n', [1], ["1 license: m"]],
])("a cnb-lint-ignore comment %s", ([, text, lines, expected]) => expect(results(text, lines)).toEqual(expected));

test("a cnb-lint-ignore comment for a rule that was not checked is not reported as unused", () => {
  expect(results("# cnb-lint-ignore license: why\nx = 1\n", [], new Set<"license">(["license"]))).toEqual([]);
});

test("an unused cnb-lint-ignore comment is removed with its line", () => {
  const text = "a = 1\n# cnb-lint-ignore license: why\nb = 1\n";
  const [unused] = suppress([], { file: "/x", text, skipped: new Set() });
  expect(applyEdits(text, unused?.edits ?? [])).toBe("a = 1\nb = 1\n");
});
