import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project.ts";
import { frameworkOf } from "./frameworks.ts";

/**
 * Creates the error message for an app with nothing to start. The message lists the files that were
 * searched.
 */
export async function nothingToStart(project: Project, phase: "detect" | "build" = "detect"): Promise<string> {
  const { packageJson, dirs, settings, packages } = project;
  const file = inDir(dirs.dir, "package.json");
  const framework = frameworkOf(settings.BP_NODE_FRAMEWORK, packages);
  const outputs = phase === "build" ? await framework?.outputs(project) : undefined;
  const missing = [
    ...(packageJson === undefined
      ? [`the app has no ${file}`]
      : [`${file} has neither a start script nor a main file that exists`]),
    ...(framework && outputs
      ? [`the build with ${framework.title} has not written ${outputs.map((each) => each.file).join(" or ")}`]
      : []),
    ...(framework && phase === "detect" ? [`the app uses ${framework.title} without a build script`] : []),
  ];
  const hints = [...(await otherProjects(project)), ...adapterHint(project), advice(packageJson !== undefined, file)];
  return `nothing to start: ${missing.join(", ")}, and the app has neither a process web in a Procfile nor a file such as server.js, app.js, main.js or index.js (or .cjs, .mjs, .ts). ${hints.join(" ")}`;
}

/** Directories right below the app that have a package.json, where the app has none. */
async function otherProjects({ app, dirs: { dir }, packageJson }: Project): Promise<readonly string[]> {
  if (packageJson !== undefined || dir !== "") return [];
  const folders = (await app.list(".")).filter(
    (name) => name.endsWith("/") && !name.startsWith(".") && name !== "node_modules/",
  );
  const has = await Promise.all(folders.map((folder) => app.exists(`${folder}package.json`)));
  const found = folders.filter((_, index) => has[index]).map((folder) => folder.slice(0, -1));
  if (found.length === 0) return [];
  return [
    `There is a package.json in ${found.join(", ")}: to build ${found[0]}, set BP_NODE_PROJECT_PATH=${found[0]}.`,
  ];
}

/**
 * Returns a hint if the app uses an adapter of SvelteKit that does not create a server for Node.js.
 */
function adapterHint({ packages }: Project): readonly string[] {
  const names = Object.keys(packages);
  const own = names.find((name) => /^@sveltejs\/adapter-(?!node$|static$)|^svelte-adapter-/.test(name));
  if (!names.includes("@sveltejs/kit") || own === undefined || names.includes("@sveltejs/adapter-node")) return [];
  return [`${own} does not create a server that Node.js can start: use @sveltejs/adapter-node in svelte.config.js.`];
}

const advice = (hasPackageJson: boolean, file: string): string =>
  hasPackageJson
    ? `Add a "start" script to ${file}, or set BP_LAUNCHPOINT to the file that node runs.`
    : `Add a ${file} with a start script, set BP_LAUNCHPOINT to the file that node runs, or check that this is the right directory.`;
