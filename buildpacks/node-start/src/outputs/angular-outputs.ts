import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { Project } from "../project-facts.ts";
import type { Output } from "./output.ts";

/**
 * The output of `ng build` for each application of angular.json: with server-side rendering a
 * program, or else a site.
 */
export async function angularOutputs({ app, dirs }: Project): Promise<readonly Output[]> {
  const file = inDir(dirs.dir, "angular.json");
  if (!(await app.exists(file))) return [];
  const projects = tableOf(tableOf(await app.readJson(file)).projects);
  return Object.entries(projects)
    .filter(([, project]) => tableOf(project).projectType !== "library")
    .flatMap(([name, project]) => outputsIn(folderOf(name, tableOf(project))));
}

/** `outputPath` is a text, or a table with the text as `base`. */
function folderOf(name: string, project: Table): string {
  const { outputPath } = tableOf(tableOf(tableOf(project.architect ?? project.targets).build).options);
  const path = typeof outputPath === "string" ? outputPath : tableOf(outputPath).base;
  return typeof path === "string" ? path.replace(/^\.\//, "").replace(/\/+$/, "") : `dist/${name}`;
}

function outputsIn(folder: string): readonly Output[] {
  const server = `${folder}/server/server.mjs`;
  const site = (root: string, page = "index.html"): Output => ({ file: `${root}/${page}`, root, fallback: { page } });
  return [
    { file: server, run: ["node", server], slices: [`${folder}/browser`] },
    site(`${folder}/browser`),
    site(`${folder}/browser`, "index.csr.html"),
    site(folder),
  ];
}
