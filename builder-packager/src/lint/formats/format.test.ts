import { expect, test } from "vitest";
import { lintTool } from "../catalogue.ts";
import type { Finding } from "../finding.ts";
import { formatReport } from "./format.ts";
import type { Report } from "./report.ts";

const finding: Finding = {
  rule: "unknown-key",
  severity: "error",
  file: "/src/my buildpack/a,b:c%.toml",
  line: 3,
  column: 2,
  message: "100 % of\nx::y,\r\u001b[31m\u202e",
  edits: [{ start: 0, end: 1, text: "x" }],
};
const report = (findings: readonly Finding[]): Report => ({
  tool: lintTool,
  findings,
  checked: { files: 2 },
  cwd: "/src",
  version: "1.2.3",
});

test("the text format of cnb lint has one line for each finding, and escapes control characters", () => {
  expect(formatReport("text", report([finding]))).toBe(
    "my buildpack/a,b:c%.toml:3:2: error: 100 % of x::y,\\u000d\\u001b[31m\\u202e [unknown-key, --fix]\n",
  );
});

test("the GitHub format escapes characters that would end a property or a message", () => {
  expect(formatReport("github", report([finding]))).toBe(
    "::error file=my buildpack/a%2Cb%3Ac%25.toml,line=3,col=2,title=cnb lint%3A unknown-key::100 %25 of%0Ax::y,%0D\u001b[31m\u202e\n",
  );
});

test("the JSON format has the counts and the findings", () => {
  expect(JSON.parse(formatReport("json", report([finding, { ...finding, suppressed: "why" }])))).toEqual({
    version: 1,
    files: 2,
    errors: 1,
    warnings: 0,
    findings: [
      {
        file: "my buildpack/a,b:c%.toml",
        line: 3,
        column: 2,
        severity: "error",
        rule: "unknown-key",
        message: finding.message,
        fixable: true,
      },
    ],
  });
});

test("the SARIF format encodes paths and has the reason of a suppressed finding", () => {
  const { runs } = JSON.parse(formatReport("sarif", report([{ ...finding, suppressed: "why" }])));
  expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
    "my%20buildpack/a%2Cb%3Ac%25.toml",
  );
  expect(runs[0].results[0].suppressions).toEqual([{ kind: "inSource", justification: "why" }]);
});

test("the text and GitHub formats are empty if all findings are suppressed", () => {
  const nothing = report([{ ...finding, suppressed: "why" }]);
  expect(formatReport("text", nothing)).toBe("");
  expect(formatReport("github", nothing)).toBe("");
});

test("the JSON and SARIF formats have the details of findings of cnb check", () => {
  const rules = { "root-user": { severity: "error", summary: "The user is root.", why: "Set another one." } } as const;
  const tool = { name: "cnb check", rules, suppressions: "external" } as const;
  const other = { ...finding, rule: "root-user", edits: [], details: { image: "example.com/app:1" } };
  const all = { ...report([]), tool, findings: [other, { ...other, suppressed: "why" }], checked: { images: 1 } };
  expect(JSON.parse(formatReport("json", all))).toMatchObject({
    images: 1,
    findings: [{ rule: "root-user", image: "example.com/app:1" }],
  });
  const [run] = JSON.parse(formatReport("sarif", all)).runs;
  expect(run.tool.driver).toMatchObject({ name: "cnb check", rules: [{ id: "root-user" }] });
  expect(run.results).toMatchObject([
    { ruleIndex: 0, properties: { image: "example.com/app:1" } },
    { suppressions: [{ kind: "external", justification: "why" }] },
  ]);
});
