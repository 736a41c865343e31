import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { findServed, type Served, servedAs } from "../app/find-object.ts";
import type { Project } from "../project.ts";
import { serve } from "../serve/serve.ts";
import { isImportable } from "../start.ts";
import { candidates } from "./candidates.ts";
import type { Guess } from "./guess-result.ts";

/** Objects of the app's modules that servers can serve, each with the server for it. */
export async function* objectGuesses(project: Project): AsyncGenerator<Guess> {
  const named = await fastapiEntrypoint(project);
  if (named !== undefined) yield serve(named, project, "entrypoint of tool.fastapi in pyproject.toml");
  for (const file of (await candidates(project)).filter(isImportable)) {
    const served = await findServed(project.modules, file);
    // that of Django has been looked at with its project
    if (served !== undefined && served.framework !== "Django") yield serve(served, project);
  }
}

/** `entrypoint = "shop.main:app"`, for the program `fastapi`. */
async function fastapiEntrypoint({ pyproject, modules }: Project): Promise<Served | undefined> {
  const entry = stringOf(tableOf(tableOf(pyproject["tool"])["fastapi"])["entrypoint"]) ?? "";
  const [, module, name] = /^([\w.]+):(\w+)$/.exec(entry) ?? [];
  const file = await modules.find(module ?? "");
  return file === undefined ? undefined : servedAs(modules, file, name ?? "");
}
