import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, catalogue as framework } from "libcnb";
import { catalogue as packager } from "../../builder-packager/src/errors.ts";
import { type StoredAnswers, tableOf } from "../support/probe/answers.ts";
import { probeSection } from "../support/probe/table.ts";

type Catalogue = Readonly<
  Record<string, { readonly exitCode: number; readonly summary: string; readonly fault?: Fault }>
>;

/** docs/errors.md, from the two catalogues. */
export const errorsPage = (): string => `# Errors

Every error ends with \`CODE: …\`. Codes are stable and never reused. If \`LIBCNB_DOCS_URL\` is the address of
this documentation, \`cnb\` also prints \`DOCS:\` and a link to the code's row. This page is generated (\`npm run docs\`).

## The cnb command
Exit codes: 1 failed, 3 invalid arguments or configuration, 11 and 12 incompatible Platform or
Buildpack API, 20 to 22 detect, 51 build, 62 export (the lifecycle's codes), 70 a bug in cnb, 130 and
143 stopped by SIGINT or SIGTERM.

${table(packager)}

## Buildpacks written with libcnb
Exit codes of \`bin/detect\`: 0 pass, 100 fail, anything else an error; of \`bin/build\` and \`bin/generate\`: 0 or an error. A signal ends them
with 128 and its number. The third column names who can fix the error: the user (the app, a variable), the
author of the buildpack, or the framework's authors. A dash stands for the network, the disk or the
platform. See also [the guide](guide/errors.md).

| code | exit code | fixed by | meaning |
|---|---|---|---|
${rows(framework, ({ fault = "environment" }) => `${owners[fault]} | `, anchor)}
`;

const owners: Readonly<Record<Fault, string>> = {
  user: "user",
  author: "author",
  framework: "framework",
  environment: "–",
};

const table = (catalogue: Catalogue): string =>
  `| code | exit code | meaning |\n|---|---|---|\n${rows(catalogue, undefined, (code) => anchor(`cnb-${code}`))}`;

/** What the `docs` of an error links to. */
const anchor = (code: string): string => `<a id="${code.toLowerCase()}"></a>`;

const rows = (catalogue: Catalogue, column = (_entry: Catalogue[string]) => "", mark = (_code: string) => ""): string =>
  Object.entries(catalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, entry]) => `| ${mark(code)}\`${code}\` | ${entry.exitCode} | ${column(entry)}${entry.summary} |`)
    .join("\n");

export const probePage = "docs/guide/where-it-runs.md";

/** The guide's page with the tables that the stored answers of the probe make. */
export function withProbeTables(): string {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
  const stored: StoredAnswers = JSON.parse(read("test/e2e/hostile/__snapshots__/sandbox-probe.json"));
  const [begin, end] = ["<!-- answers of the probe: generated -->\n", "\n<!-- end of the answers -->"];
  const page = read(probePage);
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  return `${page.slice(0, from)}${probeSection(tableOf(stored))}${page.slice(to)}`;
}
