import { inDir } from "@libcnb/app-kit/folders";
import { type ServedObject, servedAs } from "../app/find-object.ts";
import type { Interface } from "../app/web-objects.ts";
import type { Project } from "../project.ts";
import { type Modules, modulesOf } from "../scan/modules.ts";

/** A Django project: a directory with manage.py. */
export interface DjangoProject {
  /** The directory relative to the app. */
  readonly dir: string;
  readonly modules: Modules;
  /** The objects to serve, for each kind of server. */
  readonly wsgi: ServedObject | undefined;
  readonly asgi: ServedObject | undefined;
}

/**
 * Finds the Django project in the project's directory or a subdirectory. Returns `undefined` if
 * there is none.
 */
export async function findDjango(project: Project): Promise<DjangoProject | undefined> {
  const dir = await folderOfManage(project);
  if (dir === undefined) return undefined;
  const modules = modulesOf(project.app, dir);
  const folders = await packagesIn(project, dir);
  const find = (kind: Interface) =>
    applicationIn(
      modules,
      folders.map((folder) => inDir(folder, `${kind}.py`)),
    );
  return { dir, modules, wsgi: await find("wsgi"), asgi: await find("asgi") };
}

async function folderOfManage({ app, dir, modules }: Project): Promise<string | undefined> {
  if ((await modules.file("manage.py"))?.imports.some(isDjango)) return dir;
  const folders = (await app.list(dir)).filter((name) => /^[^._].*\/$/.test(name)).map((name) => name.slice(0, -1));
  for (const folder of folders.slice(0, 100))
    if ((await modules.file(`${folder}/manage.py`))?.imports.some(isDjango)) return inDir(dir, folder);
  return undefined;
}

const isDjango = (name: string): boolean => name === "django" || name.startsWith("django.");

/** Directories that may have wsgi.py, that of the settings first. */
async function packagesIn({ app }: Project, dir: string): Promise<readonly string[]> {
  const source = await app.readText(inDir(dir, "manage.py"));
  const [, settings] = /DJANGO_SETTINGS_MODULE["']\s*,\s*["'](\w+)/.exec(source) ?? [];
  const all = (await app.list(dir)).filter((name) => /^[A-Za-z]\w*\/$/.test(name)).map((name) => name.slice(0, -1));
  return [...(settings === undefined ? [] : [settings]), "", ...all.slice(0, 100)];
}

async function applicationIn(modules: Modules, files: readonly string[]): Promise<ServedObject | undefined> {
  for (const file of files) {
    const served = (await servedAs(modules, file, "application")) ?? (await servedAs(modules, file, "app"));
    if (served !== undefined) return served;
  }
  return undefined;
}
