import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * Returns the files of the app that match a pattern, sorted. The wildcards `*` and `?` match parts
 * of names.
 */
export async function matching(app: App, dir: string, pattern: string): Promise<readonly string[]> {
  let found: readonly string[] = [dir];
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const next = found.map(async (folder) =>
      (await namesIn(app, folder, part, isLast)).map((name) => inDir(folder, name)),
    );
    found = (await Promise.all(next)).flat();
  }
  return found;
}

async function namesIn(app: App, folder: string, part: string, isLast: boolean): Promise<readonly string[]> {
  const names = (await app.list(folder)).filter((name) => name.endsWith("/") !== isLast);
  const isMeant = patternOf(part);
  return names.map((name) => name.replace(/\/$/, "")).filter((name) => isMeant.test(name));
}

/** Letters mean themselves; a pattern with many stars would take a regular expression very long. */
const patternOf = (part: string): RegExp => {
  const text = part.replace(/\*+/g, "*").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${text.replaceAll("*", ".*?").replaceAll("?", ".")}$`, "s");
};

/**
 * Creates the hint to set a variable to one of several files. The variable's value is a path
 * relative to the project.
 */
export function choiceHint(variable: string, file: string, projectDir: string): string {
  if (projectDir === "") return `Choose one, for example ${variable}=${file}.`;
  return file.startsWith(`${projectDir}/`)
    ? `Choose one, for example ${variable}=${file.slice(projectDir.length + 1)}.`
    : `Keep only one of these files, or set ${variable} to a file in ${projectDir}.`;
}
