import { relative } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { BuildContext } from "libcnb";
import { runExplained } from "libcnb/kit";
import type { Project } from "../project.ts";
import type { Settings } from "../settings.ts";
import { collectStaticFailed, reasonToSkip } from "./collect-static-failed.ts";
import { type DjangoProject, findDjango } from "./django-project.ts";

/**
 * Collects the static files of a Django project into one directory, because app servers do not
 * serve them. Returns that directory if it is in the app.
 */
export async function collectStatic(
  project: Project,
  { app, env, log, run }: BuildContext<Settings>,
): Promise<string | undefined> {
  const django = (await project.installed.module("django")) ? await findDjango(project) : undefined;
  if (django === undefined) return undefined;
  if (!project.settings.BP_DJANGO_COLLECTSTATIC) {
    log.info("Static files are not collected: BP_DJANGO_COLLECTSTATIC is false");
    return undefined;
  }
  log.step("Collecting static files with Django");
  const lines: string[] = [];
  // files of bytecode, with times in them, are not to be left in the app
  const options = {
    cwd: app.path(django.dir),
    env: { PYTHONDONTWRITEBYTECODE: "1", ...(await settingsModule(django, env, app)) },
  };
  try {
    await runExplained(
      recorded(run, lines),
      { command: ["python", "manage.py", "collectstatic", "--noinput"], options },
      collectStaticFailed,
    );
  } catch (error) {
    const reason = reasonToSkip(error);
    if (reason === undefined) throw error;
    log.warn(reason);
    return undefined;
  }
  return folderIn(lines, app.dir);
}

type Run = BuildContext["run"];

const recorded =
  (run: Run, lines: string[]): Run =>
  (tool, args, options) =>
    run(tool, args, {
      ...options,
      onLine(line, stream) {
        lines.push(line);
        options?.onLine?.(line, stream);
      },
    });

/** The settings that the app is started with: those of wsgi.py, where manage.py has others, for development. What the user set counts more. */
async function settingsModule(
  { wsgi, asgi, dir }: DjangoProject,
  env: BuildContext["env"],
  app: BuildContext["app"],
): Promise<Readonly<Record<string, string>>> {
  const file = (wsgi ?? asgi)?.file;
  if (env["DJANGO_SETTINGS_MODULE"] !== undefined || file === undefined) return {};
  const [, name] =
    /^[ \t]*os\.environ\.setdefault\(\s*["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/m.exec(
      await app.readText(inDir(dir, file)),
    ) ?? [];
  return name === undefined ? {} : { DJANGO_SETTINGS_MODULE: name };
}

/** `130 static files copied to '/workspace/staticfiles'.` */
function folderIn(lines: readonly string[], app: string): string | undefined {
  const [, folder] =
    lines.map((line) => /static files? (?:copied|symlinked) to '(.+?)'/.exec(line)).find((match) => match !== null) ??
    [];
  const path = folder === undefined ? "" : relative(app, folder);
  return path === "" || path.startsWith("..") || path.startsWith("/") || /[*?[\]\\]/.test(path) ? undefined : path;
}
