import { inDir } from "@libcnb/app-kit/folders";
import { frameworkOf } from "./frameworks.ts";
import type { Project } from "./project.ts";

/** Says what was looked for, and what the user can do. */
export async function nothingToStart(project: Project, phase: "detect" | "build" = "detect"): Promise<string> {
  const { packageJson, dirs, settings, packages } = project;
  const file = inDir(dirs.dir, "package.json");
  const framework = frameworkOf(settings.BP_NODE_FRAMEWORK, packages);
  const outputs = phase === "build" ? await framework?.outputs(project) : undefined;
  const missing = [
    ...(packageJson === undefined
      ? [`the app has no ${file}`]
      : [`${file} has no scripts.start and no main that exists`]),
    ...(framework && outputs
      ? [`${framework.title} has not written ${outputs.map((each) => each.file).join(" or ")}`]
      : []),
    ...(framework && phase === "detect" ? [`it uses ${framework.title} without a build script`] : []),
  ];
  return `nothing to start: ${missing.join(", ")}, and there is no Procfile with web, and no server, app, main or index with .js, .cjs, .mjs or .ts. ${advice(packageJson !== undefined, file)}`;
}

const advice = (hasPackageJson: boolean, file: string): string =>
  hasPackageJson
    ? `Add a "start" script to ${file}, or set BP_LAUNCHPOINT to the file that node shall run.`
    : `Add a ${file} with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`;
