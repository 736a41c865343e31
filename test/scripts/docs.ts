/** `npm run docs`: writes the generated pages. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiReport, reportedPackages } from "../api/api-report.ts";
import { comparisonFiles } from "./comparison/page.ts";
import { diagramFiles } from "./diagrams/pages.ts";
import { enginePage, withEngineModules } from "./engine-page.ts";
import { engineSboms } from "./engine-sboms.ts";
import { errorsPage, probePage, withProbeTables } from "./generated-docs.ts";
import { limitsPage } from "./limits-page.ts";
import { partReadmes } from "./part-readmes.ts";
import { referencePages } from "./reference/pages.ts";
import { schemaFiles } from "./schemas/files.ts";

write("docs/errors.md", errorsPage());
write("docs/guide/limits.md", limitsPage());
write(probePage, withProbeTables());
write(enginePage, await withEngineModules());
for (const [page, text] of Object.entries({
  ...(await referencePages()),
  ...diagramFiles(),
  ...comparisonFiles(),
  ...partReadmes(),
}))
  write(page, text);
for (const [file, text] of Object.entries({ ...schemaFiles(), ...(await engineSboms()) })) write(file, text);
for (const [folder, page] of Object.entries(reportedPackages)) write(page, apiReport(folder));

// The page of conformance is what a run of its tests shows: the reporter writes it.
const run = ["node_modules/vitest/vitest.mjs", "run", "--project", "repository", "test/conformance"];
const { status } = spawnSync(process.execPath, run, {
  cwd: join(import.meta.dirname, "../.."),
  stdio: "inherit",
  env: { ...process.env, LIBCNB_WRITE_DOCS: "1" },
});
process.exitCode = status ?? 1;

function write(page: string, text: string): void {
  const file = join(import.meta.dirname, "../..", page);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
