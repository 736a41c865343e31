import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "libcnb";
import { errorCatalogue as framework } from "libcnb/internal";
import { catalogue as packager } from "../../builder-packager/src/errors.ts";
import { type StoredAnswers, tableOf } from "../support/probe/answers.ts";
import { probeSection } from "../support/probe/table.ts";

type Catalogue = Readonly<
  Record<string, { readonly exitCode: number; readonly summary: string; readonly fault?: Fault }>
>;

/** docs/errors.md, from the two catalogues. */
export const errorsPage = (): string => `# Errors

\`cnb\` prints the code of an error in a line of its own, \`CODE: …\`. A buildpack prints it in parentheses after the
message. Codes are stable and never reused. If the environment variable
\`LIBCNB_DOCS_URL\` contains the address of this documentation, \`cnb\` also prints \`DOCS:\` and a link to the code's row on
this page. This page is generated (\`npm run docs\`).

## The cnb command
| exit code | meaning |
|---|---|
| 1 | the command failed |
| 3 | an argument or the configuration is invalid |
| 11, 12 | a Platform API or Buildpack API is incompatible |
| 20 to 22 | detect failed |
| 51 | build failed |
| 62 | export failed |
| 70 | a bug in \`cnb\` |
| 130, 143 | SIGINT or SIGTERM stopped the command |

The codes 11 to 62 are those of the official lifecycle. Some errors have other codes:

${table(packager)}

## Buildpacks written with libcnb
\`bin/detect\` exits with 0 to pass and 100 to fail. \`bin/build\` and \`bin/generate\` exit with 0 on success. Any other code is
an error. If a signal ends one of them, the exit code is 128 plus the number of the signal.

The column "fixed by" names the person who can correct the error: the user (in the app or a variable), the author of the
buildpack, or the authors of the framework. A dash means that the cause is the network, the disk or the platform.
[The guide](guide/errors.md) explains how a buildpack reports errors.

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

/** The target of an error's `docs` link. */
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
