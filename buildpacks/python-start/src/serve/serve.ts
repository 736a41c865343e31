import { inDir } from "@libcnb/app-kit/folders";
import type { Served } from "../app/find-object.ts";
import type { Guess } from "../guess/guess-result.ts";
import { importLocation } from "../guess/import-location.ts";
import type { Project } from "../project.ts";
import { developmentServer } from "./development-server.ts";
import { type Server, servers } from "./servers.ts";

/**
 * Determines the start of an object: by the first installed server, or else by a development
 * server, with a warning.
 */
export async function serve(object: Served, project: Project, idea?: string): Promise<Guess> {
  const { modules, installed, isInstalled } = project;
  const location = await importLocation(object.file, modules, isInstalled);
  const served = { ...object, module: location.module };
  const what = `${object.name} in ${inDir(project.dir, object.file)}, ${object.isFactory ? "which creates " : ""}${article(object.framework)} app`;
  const start = {
    source: [...(idea === undefined ? [] : [idea]), what].join(": "),
    dir: inDir(project.dir, location.dir),
    otherwise,
  };
  const root = object.package;
  if (!(await installed.module(root))) return notInstalled(what, root);
  for (const server of servers.filter(
    (each) => each.interfaces.includes(served.interface) && installed.program(each.program),
  )) {
    const line = await server.command(served, installed);
    if (line !== undefined)
      return { start: { ...start, source: `${start.source}, and the server ${server.name}`, line } };
  }
  const line = await developmentServer(served, project);
  if (line === undefined) return noServer(what, served.interface);
  return { start: { ...start, ...line } };
}

export const otherwise =
  "to start something else, write the command after web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app";

const article = (framework: string): string => `${/^[AEIOU]/.test(framework) ? "an" : "a"} ${framework}`;

const notInstalled = (what: string, root: string): Guess => ({
  obstacle: `found ${what}, but ${root} is not installed`,
  hint: `Add the package of ${root} to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).`,
});

/** The server that a hint recommends, by interface. */
const recommended: Readonly<Record<Server["interfaces"][number], string>> = { asgi: "uvicorn", wsgi: "gunicorn" };

const noServer = (what: string, kind: Served["interface"]): Guess => ({
  obstacle: `found ${what}, but no server for it is installed`,
  hint: `Add ${recommended[kind]} to the app's dependencies (${servers
    .filter(({ interfaces }) => interfaces.includes(kind))
    .map(({ name }) => name)
    .join(", ")} are supported), or write a command after web: in a Procfile.`,
});
