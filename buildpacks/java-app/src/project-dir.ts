import { projectFolder } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** The project directory that the setting names; "" is the app's root. */
export const projectDir = (app: App, value: string | undefined): Promise<string> =>
  projectFolder(app, {
    name: "BP_JAVA_PROJECT_PATH",
    value,
    code: "JAVA_PROJECT_PATH_INVALID",
    hint: "Name the folder of the project from the app's root, for example apps/shop.",
  });
