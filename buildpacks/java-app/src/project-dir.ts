import { projectFolder } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** Returns the project directory that the setting names; "" for the app's root directory. */
export const projectDir = (app: App, value: string | undefined): Promise<string> =>
  projectFolder(app, {
    name: "BP_JAVA_PROJECT_PATH",
    value,
    code: "JAVA_PROJECT_PATH_INVALID",
    hint: "Write the path of the project's directory relative to the app's root, for example apps/shop.",
  });
