import { catalogue as framework } from "libcnb";
import { catalogue as packager } from "../../builder-packager/src/errors.ts";

type Catalogue = Readonly<Record<string, { readonly exitCode: number; readonly summary: string }>>;

/** docs/errors.md, from the two catalogues. */
export const errorsPage = (): string => `# Errors

Every error ends with \`CODE: …\`. Codes are stable and never reused. This page is generated (\`npm run docs\`).

## The cnb command
Exit codes: 1 failed, 3 invalid arguments or configuration, 11 and 12 incompatible platform or buildpack API, 20 to 22 detect, 51 build, 62 export
(the lifecycle's numbers), 70 a bug of ours, 130 and 143 stopped by SIGINT or SIGTERM.

${table(packager)}

## Buildpacks written with libcnb
Exit codes of \`bin/detect\`: 0 pass, 100 fail, anything else an error; of \`bin/build\`: 0 or an error.

${table(framework)}
`;

const table = (catalogue: Catalogue): string =>
  [
    "| code | exit code | meaning |",
    "|---|---|---|",
    ...Object.entries(catalogue)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { exitCode, summary }]) => `| \`${code}\` | ${exitCode} | ${summary} |`),
  ].join("\n");
