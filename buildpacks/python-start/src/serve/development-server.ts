import type { Served } from "../app/find-object.ts";
import type { Project } from "../project.ts";
import type { Start } from "../start.ts";
import { quotedFile } from "../start.ts";

/**
 * Determines the start of an object if none of the known servers is installed: with the framework's
 * own server, or by running the file; `undefined` if neither is possible.
 */
export async function developmentServer(
  served: Served,
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

/** The warning for a server that is only intended for development. */
export const forDevelopment = (server: string, better: string): string =>
  `${server} is a development server: slow and not secure. To start the app with ${better}, add it to the app's dependencies.`;
