import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import type { Obstacle } from "../guess/guess-result.ts";
import type { Project } from "../project.ts";

/**
 * Creates the error for an app with nothing to start. The error contains the reasons and a hint.
 */
export function nothingToStart({ dir, procfile }: Project, obstacles: readonly Obstacle[]): UserError {
  const [first] = obstacles;
  if (first !== undefined)
    return new UserError(
      "PYTHON_START_MISSING",
      `nothing to start: ${obstacles.map(({ obstacle }) => obstacle).join("; ")}`,
      { hint: first.hint },
    );
  const where = procfile === undefined ? "there is no Procfile" : "the Procfile has no process web";
  return new UserError(
    "PYTHON_START_MISSING",
    `nothing to start: ${where}, and ${dir === "" ? "the app" : dir} has no app of a known framework (Django, Flask, FastAPI, Starlette, Streamlit, Gradio, …), no script in pyproject.toml, and no main.py or app.py that runs code`,
    {
      hint: `Write the command into a file ${inDir(dir, "Procfile")}, such as "web: gunicorn shop:app", or set BP_PYTHON_START to it. For an image without a process, set BP_PYTHON_START=none.`,
    },
  );
}
