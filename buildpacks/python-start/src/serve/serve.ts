import { inDir } from "@libcnb/app-kit/folders";
import type { ServedObject } from "../app/find-object.ts";
import type { Project } from "../project.ts";
import { importLocation } from "../scan/modules.ts";
import { type Guess, quotedFile, type Start } from "../start.ts";
import { type Server, servers } from "./servers.ts";

/**
 * Determines the command that serves an app object. The first supported server that is installed is
 * used. If none is installed, a development server is used, with a warning.
 */
export async function serve(object: ServedObject, project: Project, idea?: string): Promise<Guess> {
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

const otherwise =
  "to start something else, write the command after web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app";

const article = (framework: string): string => `${/^[AEIOU]/.test(framework) ? "an" : "a"} ${framework}`;

const notInstalled = (what: string, root: string): Guess => ({
  obstacle: `found ${what}, but ${root} is not installed`,
  hint: `Add the package of ${root} to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).`,
});

/** The server that a hint recommends, by interface. */
const recommended: Readonly<Record<Server["interfaces"][number], string>> = { asgi: "uvicorn", wsgi: "gunicorn" };

const noServer = (what: string, kind: ServedObject["interface"]): Guess => ({
  obstacle: `found ${what}, but no server for it is installed`,
  hint: `Add ${recommended[kind]} to the app's dependencies (${servers
    .filter(({ interfaces }) => interfaces.includes(kind))
    .map(({ name }) => name)
    .join(", ")} are supported), or write a command after web: in a Procfile.`,
});

/**
 * Determines the start of an object if none of the known servers is installed: with the framework's
 * own server, or by running the file; `undefined` if neither is possible.
 */
async function developmentServer(
  served: ServedObject,
  { modules, installed, dir }: Project,
): Promise<(Pick<Start, "line" | "warnings"> & { readonly dir?: string }) | undefined> {
  const target = `${served.module}:${served.name}`;
  if (installed.program("flask") && ["Flask", "APIFlask"].includes(served.framework))
    return {
      line: `flask --app ${target} run --host 0.0.0.0 --port $PORT`,
      warnings: [forDevelopment("flask run", "gunicorn")],
    };
  // a server of its own, which is for production; its manager of several processes takes longer to end than containers are given
  if (installed.program("sanic") && served.framework === "Sanic" && !served.isFactory)
    return { line: `sanic ${target} --host 0.0.0.0 --port $PORT --single-process` };
  if ((await modules.file(served.file))?.hasMain !== true) return undefined;
  const server = served.interface === "asgi" ? "uvicorn" : "gunicorn";
  return {
    line: `python ${quotedFile(served.file)}`,
    dir,
    warnings: [
      `No server for ${served.framework} is installed, so the file itself is run: it must listen on 0.0.0.0 and the port in PORT. To serve ${target} instead, add ${server} to the app's dependencies.`,
    ],
  };
}

/** Creates the warning about a server that is only intended for development. */
export const forDevelopment = (server: string, better: string): string =>
  `${server} is a development server: slow and not secure. To start the app with ${better}, add it to the app's dependencies.`;
