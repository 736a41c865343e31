import type { ConformanceMeta } from "../support/conformance/rows.ts";

/** A test of test/conformance, as a run left it. */
export interface ConformanceResult extends ConformanceMeta {
  /** Relative to the repository. */
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
}

/** docs/conformance.md: the rows and the comparisons of one run. */
export const conformancePage = (results: readonly ConformanceResult[]): string => `# Conformance

This page lists rules of the Buildpack API 0.10, 0.11 and 0.12. The column "kept" shows whether
buildpacks and extensions written with libcnb follow the rule. \`npm run docs\` generates the page from
the results of the tests in \`test/conformance\`. \`npm run test:full\` runs these tests, and fails if a
result differs from this page.

The column "judged by" shows how the rule is tested:

| judged by | test |
|---|---|
| lifecycle | the official lifecycle, or a part of its code, reads the files that libcnb writes, or gets the same input as libcnb |
| framework | the test starts detect or build as a process, as the lifecycle does |
| test kit | the test calls detect or build through \`libcnb/testing\`, without a process |
| types | the TypeScript compiler refuses code that violates the rule |

${sections(results.filter((each) => each.row !== undefined))}

## Compared with the official lifecycle
Each of these tests generates random inputs, and passes each input to libcnb and to the official
lifecycle. The test fails if the two results differ for an input.

| comparison | inputs in \`npm run test:full\` | in \`npm run test:all\` | agree |
|---|---|---|---|
${results.filter(isCompared).sort(byName).map(comparison).join("\n")}
`;

type Compared = ConformanceResult & { readonly inputs: readonly [number, number] };

const isCompared = (each: ConformanceResult): each is Compared => each.inputs !== undefined;

const byName = (a: ConformanceResult, b: ConformanceResult) => (a.name < b.name ? -1 : 1);

function sections(rows: readonly ConformanceResult[]): string {
  const sorted = rows.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0));
  const files = [...new Set(sorted.map(({ file }) => file))];
  return files
    .map((file) =>
      section(
        file,
        sorted.filter((each) => each.file === file),
      ),
    )
    .join("\n\n");
}

const section = (file: string, rows: readonly ConformanceResult[]): string =>
  `## ${titleOf(file)}
[${file}](../${file})

| row | rule | judged by | kept |
|---|---|---|---|
${rows.map(rule).join("\n")}`;

/** test/conformance/layer-environment.full.test.ts: Layer environment */
function titleOf(file: string): string {
  const words = (file.split("/").at(-1) ?? file)
    .replace(/(\.full)?\.test\.ts$/, "")
    .replace("-toml", ".toml")
    .replace("exec-d", "exec.d")
    .replace(/^sbom$/, "SBOM")
    .replaceAll("-", " ");
  const isFileName = words.includes(".");
  return isFileName ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

const rule = ({ row, name, judges, passed }: ConformanceResult): string =>
  `| ${row} | ${cell(name.replace(/^row \d+: /, ""))} | ${(judges ?? []).join(", ")} | ${answer(passed)} |`;

const comparison = ({ name, inputs, passed }: Compared): string =>
  `| ${cell(name.replaceAll(" > ", " "))} | ${inputs[0]} | ${inputs[1]} | ${answer(passed)} |`;

const answer = (passed: boolean) => (passed ? "yes" : "**no**");

const cell = (text: string) => text.replaceAll("|", "\\|");
