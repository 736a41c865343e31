import { commandsPage } from "./commands-page.ts";
import { filePage } from "./file-keys.ts";
import { files } from "./files.ts";
import { lintPage } from "./lint-page.ts";
import { readmesWithVariables, variablesPage } from "./variables-page.ts";

/** The generated pages of docs/reference and the READMEs with a generated table, by their path in the repository. */
export const referencePages = async (): Promise<Readonly<Record<string, string>>> => ({
  "docs/reference/commands.md": await commandsPage(),
  "docs/reference/variables.md": variablesPage(),
  "docs/reference/lint.md": lintPage(),
  ...readmesWithVariables(),
  ...Object.fromEntries(Object.entries(files).map(([name, file]) => [`docs/reference/${name}.md`, filePage(file)])),
});
