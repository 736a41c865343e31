import { relative } from "node:path";
import { isWithin } from "../platform/output-paths.ts";
import type { Checks } from "./checks.ts";
import { codeFinding } from "./code/code-finding.ts";
import { checkTypes, tsconfigFor } from "./code/project-types.ts";
import type { Finding } from "./finding.ts";

interface TypeFindings {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/**
 * Checks the types of the TypeScript projects that contain the given directories. Each project is
 * checked only once.
 */
export async function typeFindings(dirs: readonly string[], { types, cwd, signal }: Checks): Promise<TypeFindings> {
  if (!types) return { findings: [], notes: [] };
  const configurations = await Promise.all([...new Set(dirs)].map(tsconfigFor));
  const findings: Finding[] = [];
  const notes: string[] = [];
  for (const tsconfig of new Set(configurations.filter((each) => each !== undefined))) {
    const checked = await checkTypes(tsconfig, signal);
    if ("reason" in checked) notes.push(`The types of ${relative(cwd, tsconfig)} were not checked: ${checked.reason}`);
    else {
      const own = checked.errors.filter(({ path }) => dirs.some((dir) => isWithin(path, dir)));
      findings.push(...own.map((error) => codeFinding("type-error", error)));
    }
  }
  return { findings, notes };
}
