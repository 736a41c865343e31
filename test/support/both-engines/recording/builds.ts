/** Stands for `buildImage` and for the makers of apps: writes the apps that would be built. */
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import { defined } from "../../../../framework/src/defined.ts";
import type { App } from "../../apps/app.ts";
import type { RecordedApp } from "../apps.ts";
import { idle } from "./idle.ts";

type Env = Readonly<Record<string, string>>;

// the real one: other importers of this module get that of this file
const { makeApp: make }: typeof import("../../apps/app.ts") = await import(
  new URL("../../apps/app.ts?real", import.meta.url).href
);

const known = new Set<string>();

export const record = {
  dir: "",
  from: "",
  apps: [] as RecordedApp[],
  /** Writes an app's files at once, since tests remove its folder when they end. Does nothing for an app that was there before. */
  async app(given: App, env: Env): Promise<void> {
    const app = { ...given, ...defined({ files: withTexts(given.files) }) };
    const key = JSON.stringify([app, env]);
    if (known.has(key) || Object.keys(app).length === 0) return;
    known.add(key);
    const dir = join(record.dir, `${record.apps.length}`);
    record.apps.push({ from: record.from, dir, env, app });
    const { folder, files } = app;
    await make(defined({ folder, files }), dir);
  },
};

/** Files that come from a replaced module are idle objects. Their text is written. */
const withTexts = (files: FileMap | undefined): FileMap | undefined =>
  files &&
  Object.fromEntries(
    Object.entries(files).map(([path, entry]) => [path, typeof entry === "function" ? String(entry) : entry]),
  );

const parts: Readonly<Record<keyof App, true>> = {
  folder: true,
  starter: true,
  files: true,
  vendored: true,
  taken: true,
  commands: true,
  without: true,
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !(value instanceof Uint8Array);

const isApp = (value: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(value).length > 0 && Object.keys(value).every((name) => name in parts) && !Array.isArray(value);

/** The apps in the row of a table of tests, with the environment variables next to them. */
export async function appsIn(row: unknown, env: Env = {}): Promise<void> {
  if (!isObject(row)) return;
  if (isApp(row)) return record.app(row, env);
  const own = isObject(row["env"]) ? (row["env"] as Env) : env;
  for (const value of Object.values(row)) await appsIn(value, own);
}

const folders = new Map<string, App>();

export async function appFolder(app: App): Promise<string> {
  const name = `<app ${folders.size}>`;
  folders.set(name, app);
  return name;
}
export const changedApp = async (folder: string, files: FileMap): Promise<string> => {
  const app = folders.get(folder) ?? { folder };
  return appFolder({ ...app, files: { ...app.files, ...files } });
};
export const appInDirectory = idle();
export async function makeApp(app: App, dir: string): Promise<void> {
  folders.set(dir, app);
}

export async function buildImage({ app, env = {} }: { readonly app: FileMap | string; readonly env?: Env }) {
  const own = typeof app === "string" ? (folders.get(app) ?? { folder: app }) : { files: app };
  await record.app(own, Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === "string")));
  throw new Error("a recorded app has no image");
}
export const container = idle();
export const ImageBuildError = Error;
