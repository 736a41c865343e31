import { inDir } from "@libcnb/app-kit/folders";
import type { ServedObject } from "../app/find-object.ts";
import type { Project } from "../project.ts";
import { forDevelopment } from "../serve/serve.ts";
import { servers } from "../serve/servers.ts";
import type { Guess } from "../start.ts";
import { type DjangoProject, findDjango } from "./django-project.ts";

/**
 * Determines how a Django project starts. Returns `undefined` if the app does not contain a Django
 * project.
 */
export async function djangoGuess(project: Project): Promise<Guess | undefined> {
  const django = await findDjango(project);
  if (django === undefined) return undefined;
  const manage = inDir(django.dir, "manage.py");
  if (!(await project.installed.module("django")))
    return {
      obstacle: `found ${manage}, but Django is not installed`,
      hint: "Add Django to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
    };
  const common = {
    dir: django.dir,
    otherwise: "to start something else, write the command after web: in a Procfile, or set BP_PYTHON_START",
  };
  for (const served of inOrder(django, project)) {
    for (const server of servers.filter(
      ({ interfaces, program }) => interfaces.includes(served.interface) && project.installed.program(program),
    )) {
      const line = await server.command(served, project.installed);
      if (line !== undefined)
        return {
          start: {
            ...common,
            line,
            source: `${manage}, ${served.name} in ${inDir(django.dir, served.file)}, and the server ${server.name}`,
          },
        };
    }
  }
  return {
    start: {
      ...common,
      line: "python manage.py runserver --noreload 0.0.0.0:$PORT",
      source: manage,
      warnings: [forDevelopment("manage.py runserver", "gunicorn")],
    },
  };
}

/** Most apps are for WSGI, also those that have the asgi.py of the template; Channels needs ASGI. */
function inOrder({ wsgi, asgi }: DjangoProject, { installed }: Project): readonly ServedObject[] {
  const both = installed.has("channels") ? [asgi, wsgi] : [wsgi, asgi];
  return both.filter((each) => each !== undefined);
}
