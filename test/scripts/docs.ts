/** `npm run docs`: writes the generated pages. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiReport, reportedPackages } from "../api/api-report.ts";
import { errorsPage } from "./generated-docs.ts";

write("docs/errors.md", errorsPage());
for (const [folder, page] of Object.entries(reportedPackages)) write(page, apiReport(folder));

function write(page: string, text: string): void {
  const file = join(import.meta.dirname, "../..", page);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
