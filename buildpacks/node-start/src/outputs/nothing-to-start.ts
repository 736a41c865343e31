import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project-facts.ts";
import { frameworkOf } from "./frameworks.ts";

/** Reports the searched files, with a hint. */
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
  const hints = [...(await otherProjects(project)), ...adapterHint(project), advice(packageJson !== undefined, file)];
  return `nothing to start: ${missing.join(", ")}, and there is no Procfile with web, and no server, app, main or index with .js, .cjs, .mjs or .ts. ${hints.join(" ")}`;
}

/** Folders right below the app that have a package.json, where the app has none. */
async function otherProjects({ app, dirs: { dir }, packageJson }: Project): Promise<readonly string[]> {
  if (packageJson !== undefined || dir !== "") return [];
  const folders = (await app.list(".")).filter(
    (name) => name.endsWith("/") && !name.startsWith(".") && name !== "node_modules/",
  );
  const has = await Promise.all(folders.map((folder) => app.exists(`${folder}package.json`)));
  const found = folders.filter((_, index) => has[index]).map((folder) => folder.slice(0, -1));
  if (found.length === 0) return [];
  return [`There is a package.json in ${found.join(", ")}: BP_NODE_PROJECT_PATH=${found[0]} builds that folder.`];
}

/** An adapter for the platform of one vendor, or one that guesses the platform, writes nothing that node can start. */
function adapterHint({ packages }: Project): readonly string[] {
  const names = Object.keys(packages);
  const own = names.find((name) => /^@sveltejs\/adapter-(?!node$|static$)|^svelte-adapter-/.test(name));
  if (!names.includes("@sveltejs/kit") || own === undefined || names.includes("@sveltejs/adapter-node")) return [];
  return [`${own} writes no server that Node.js can start: use @sveltejs/adapter-node in svelte.config.js.`];
}

const advice = (hasPackageJson: boolean, file: string): string =>
  hasPackageJson
    ? `Add a "start" script to ${file}, or set BP_LAUNCHPOINT to the file that node shall run.`
    : `Add a ${file} with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`;
