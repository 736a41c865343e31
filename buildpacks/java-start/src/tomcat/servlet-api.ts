import { readFile } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * The servlet API that a WAR uses. `javax`: before Jakarta EE 9. `jakarta`: since Jakarta EE 9.
 * `jakarta 6.1`: Jakarta EE 11.
 */
export type ServletApi = "javax" | "jakarta" | "jakarta 6.1";

/** The servlet API of a WAR, with the file or entry that shows this. */
export interface RequiredServletApi {
  readonly api: ServletApi;
  readonly source: string;
}

/**
 * Determines the servlet API of a WAR from its libraries, classes, pages, and web.xml. Returns
 * `undefined` if the API is unknown.
 */
export async function requiredServletApi(app: App, dir: string): Promise<RequiredServletApi | undefined> {
  const root = inDir(dir, "WEB-INF");
  const library = apiOfLibraries(await app.list(inDir(root, "lib")));
  if (library !== undefined) return library;
  const classes = await filesBelow(app, inDir(root, "classes"), /\.class$/);
  const pages = [...(await filesBelow(app, dir, /\.jspx?$/)), ...(await filesBelow(app, root, /\.(jspx?|tagx?|tld)$/))];
  return (await apiOfFirstFile(app, [...classes, ...pages])) ?? apiOfDescriptor(app, inDir(root, "web.xml"));
}

/**
 * Libraries that support only one of the two servlet APIs (`javax` or `jakarta`). Their version
 * determines which one.
 */
const libraries: readonly (readonly [pattern: RegExp, jakarta: number, newest: number])[] = [
  [/^spring-web-(\d+)\./, 6, 7],
  [/^spring-boot-(\d+)\./, 3, 4],
  [/^jersey-container-servlet(?:-core)?-(\d+)\./, 3, 99],
  [/^(?:vaadin-server|vaadin-core|flow-server)-(\d+)\./, 24, 99],
  [/^struts2-core-(\d+)\./, 7, 99],
  [/^wicket-core-(\d+)\./, 10, 99],
];

function apiOfLibraries(names: readonly string[]): RequiredServletApi | undefined {
  for (const name of names)
    for (const [pattern, jakarta, newest] of libraries) {
      const version = Number(pattern.exec(name)?.[1]);
      if (Number.isNaN(version)) continue;
      if (version < jakarta) return { api: "javax", source: name };
      return { api: version < newest ? "jakarta" : "jakarta 6.1", source: name };
    }
  return undefined;
}

async function apiOfFirstFile(app: App, files: readonly string[]): Promise<RequiredServletApi | undefined> {
  for (const file of files) {
    const text = await readFile(app.path(file), "latin1");
    const [, api] = /\b(javax|jakarta)[./](?:servlet|faces|ws[./]rs)[./]/.exec(text) ?? [];
    if (api !== undefined) return { api: api === "javax" ? "javax" : "jakarta", source: file };
  }
  return undefined;
}

async function apiOfDescriptor(app: App, file: string): Promise<RequiredServletApi | undefined> {
  const text = (await app.exists(file)) ? await app.readText(file) : "";
  if (/https?:\/\/jakarta\.ee\/xml\/ns\/jakartaee/.test(text))
    return { api: /<web-app[^<>]*\sversion\s*=\s*["']6\.1/.test(text) ? "jakarta 6.1" : "jakarta", source: file };
  return /java\.sun\.com|xmlns\.jcp\.org/.test(text) ? { api: "javax", source: file } : undefined;
}

// if a thousand classes do not show it, the others do not show it either
const mostFiles = 1000;

async function filesBelow(app: App, dir: string, wanted: RegExp, depth = 0): Promise<readonly string[]> {
  const files: string[] = [];
  if (depth > 20) return files;
  for (const name of await app.list(dir)) {
    if (files.length >= mostFiles) break;
    const path = inDir(dir, name.replace(/\/$/, ""));
    if (wanted.test(name)) files.push(path);
    else if (name.endsWith("/") && !/^(WEB-INF|META-INF)\/$/.test(name))
      files.push(...(await filesBelow(app, path, wanted, depth + 1)));
  }
  return files.slice(0, mostFiles);
}
