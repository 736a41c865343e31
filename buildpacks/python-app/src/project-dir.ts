import { projectFolder } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * Returns the project directory in BP_PYTHON_PROJECT_PATH, relative to the app.
 *
 * @throws UserError PYTHON_PROJECT_PATH_INVALID
 */
export const projectDir = (app: App, value: string | undefined): Promise<string> =>
  projectFolder(app, {
    name: "BP_PYTHON_PROJECT_PATH",
    value,
    code: "PYTHON_PROJECT_PATH_INVALID",
    hint: "Set it to the directory of the project to build, relative to the app, such as services/api.",
  });
