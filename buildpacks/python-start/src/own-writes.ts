import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { Project } from "./project.ts";
import { smallText } from "./scan/small-text.ts";

/**
 * Returns warnings about an app that writes files into its own directory, such as a SQLite file or
 * Flask's instance directory. In the container, the app cannot write there. An app that may use
 * another database in the container gets no warning.
 */
export async function ownWrites({ app, dir, settings }: Project): Promise<readonly string[]> {
  if (settings.BP_WRITABLE_PATHS !== undefined) return [];
  for (const path of await likelyFiles(app, dir)) {
    const text = (await smallText(app, path))?.replaceAll(/^[ \t\f]*#.*$/gm, "") ?? "";
    const found = signs.find(({ pattern }) => pattern.test(text));
    if (found !== undefined && !otherDatabase.test(text)) return [warning(path, found)];
  }
  return [];
}

const warning = (path: string, { what, directory }: Sign): string =>
  `${path} uses ${what} in the app's own directory, which is read-only in the container. ` +
  `BP_WRITABLE_PATHS=${directory} makes the directory writable, but the files are lost with the container. To keep them, use a volume or a database server.`;

interface Sign {
  readonly pattern: RegExp;
  readonly what: string;
  /** The value for BP_WRITABLE_PATHS. */
  readonly directory: string;
}

const signs: readonly Sign[] = [
  {
    pattern: /\binstance_path\b|instance_relative_config\s*=\s*True/,
    what: "Flask's instance folder",
    directory: "instance",
  },
  { pattern: /SQLALCHEMY_DATABASE_URI\W[^\n]{0,1000}["']sqlite:\/\/\/(?![/:])/, what: "SQLite", directory: "instance" },
  { pattern: /["']sqlite(?:\+\w+)?:\/\/\/(?![/:])/, what: "SQLite", directory: "." },
  { pattern: /django\.db\.backends\.sqlite3["'][^}]{0,1000}\bBASE_DIR\b/, what: "SQLite", directory: "." },
];

/** Settings that choose a database by a variable, or have several. */
const otherDatabase = /DATABASE_URL|DB_ENGINE|dj_database_url|env\.db\b|postgres|mysql|oracle/i;

const likely = /^(?:settings|base|production|config|database|db|app|main|__init__|wsgi|server|models)\.py$/;
const mostFolders = 50;

/** Files that settings are in: in the project, in its packages, and in their `settings`. */
async function likelyFiles(app: App, dir: string): Promise<readonly string[]> {
  const below = async (folder: string) => (await app.list(folder)).filter((name) => /^[A-Za-z]\w*\/$/.test(name));
  const first = (await below(dir)).slice(0, mostFolders).map((name) => inDir(dir, name.slice(0, -1)));
  const settings = first.map((folder) => inDir(folder, "settings"));
  const lists = [dir, ...first, ...settings].map(async (folder) =>
    (await app.list(folder)).filter((name) => likely.test(name)).map((name) => inDir(folder, name)),
  );
  return (await Promise.all(lists)).flat();
}
