import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { readProcfile } from "libcnb/kit";
import type { Settings } from "./settings.ts";

/** The directory to serve, or the reason why there is none. */
export type Root = { readonly root: string; readonly source: string } | { readonly problem: string };

/** The usual directories of sites, in order of precedence; "" is the app itself. */
const usual = ["public", "dist", "build", "_site", "site", "www", "htdocs", ""];

/** Matches the files of apps that are programs, even if they also contain pages. */
const program =
  /^(go\.mod|Cargo\.toml|Gemfile|composer\.json|mix\.exs|pom\.xml|build\.gradle(\.kts)?|requirements\.txt|pyproject\.toml|setup\.py|Pipfile|.+\.(cs|fs|vb)proj|.+\.sln)$/;

/**
 * Finds the directory to serve: the directory in BP_WEB_SERVER_ROOT, or else the first of the usual
 * directories that contains an index.html.
 */
export async function findRoot(app: App, settings: Settings): Promise<Root> {
  const { BP_WEB_SERVER: server, BP_WEB_SERVER_ROOT: named } = settings;
  if (server === "none") return { problem: "BP_WEB_SERVER is none" };
  if (named !== undefined) return namedRoot(app, named);
  const found = await firstWithPage(app);
  if (found === undefined) {
    const first = await isFolder(app, "public");
    if (server !== undefined && first) return { root: "public", source: "BP_WEB_SERVER" };
    return { problem: `no index.html in ${usual.slice(0, -1).join(", ")} or the app's root` };
  }
  const other = server === undefined ? await otherwise(app) : undefined;
  return other === undefined ? { root: found, source: `${inDir(found, "index.html")}` } : { problem: other };
}

/** Users of Paketo may give the path in the container. */
async function namedRoot(app: App, named: string): Promise<Root> {
  const inside = named === app.dir || named.startsWith(`${app.dir}/`) ? named.slice(app.dir.length) : named;
  const parts = (inside === named ? named : inside.slice(1)).split("/").filter((part) => part !== "" && part !== ".");
  const what = `BP_WEB_SERVER_ROOT is "${named}"`;
  if (parts.includes("..") || (inside === named && named.startsWith("/")))
    return { problem: `${what}, which is outside of the app` };
  const root = parts.join("/");
  if (!(await isFolder(app, root))) return { problem: `${what}, but this directory does not exist or is empty` };
  return { root, source: "BP_WEB_SERVER_ROOT" };
}

const isFolder = async (app: App, path: string): Promise<boolean> => (await app.list(path)).length > 0;

async function firstWithPage(app: App): Promise<string | undefined> {
  for (const folder of usual) if (await app.exists(inDir(folder, "index.html"))) return folder;
  return undefined;
}

/**
 * Describes why the app is probably not a site, so that its sources are not published. Returns
 * `undefined` if there is no such reason.
 */
async function otherwise(app: App): Promise<string | undefined> {
  const hint = "if the app is a site, set BP_WEB_SERVER_ROOT to its directory";
  const file = (await app.list()).find((name) => program.test(name));
  if (file !== undefined) return `the app has ${file}, so it is probably a program and not a site; ${hint}`;
  const procfile = await readProcfile(app, "");
  return procfile?.commands.web === undefined ? undefined : `the Procfile has a process web; ${hint}`;
}
