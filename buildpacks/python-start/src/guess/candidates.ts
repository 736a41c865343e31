import { inDir } from "@libcnb/app-kit/folders";
import { nameOf, type Project } from "../project.ts";

/** Names of modules that have the app, the surest first: the first two are for servers alone. */
const moduleNames = ["asgi", "wsgi", "main", "app", "application", "server", "api", "web", "index", "run"];
const folderNames = ["app", "api", "backend", "server", "web", "src"];

/** Directories without the app's own modules, or with such that are not for its users. */
const passedOver =
  /^(\.|_|tests?$|testing$|docs?$|examples?$|scripts$|tools$|bench(marks)?$|node_modules$|(\w*_)?venv$|env$|virtualenv$|vendor$|migrations$|alembic$|static(files)?$|templates$|build$|dist$|site-packages$)/;

// More directories side by side than any project has by its own.
const mostFolders = 100;

/**
 * Lists the files that may contain the app object for a web server, relative to the project, most
 * likely first.
 */
export async function candidates({ app, dir, pyproject }: Project): Promise<readonly string[]> {
  const list = async (folder: string) => await app.list(inDir(dir, folder));
  const root = await list("");
  const packages = byName(await folders(root, list), nameOf(pyproject));
  const inSrc = root.includes("src/") ? byName(await folders(await list("src"), list, "src/"), nameOf(pyproject)) : [];
  const others = root.filter(
    (name) =>
      name.endsWith(".py") && !name.includes("test") && !/^(setup|manage|noxfile|fabfile|tasks)\.py$/.test(name),
  );
  return [
    ...new Set([
      ...modulesIn(""),
      ...[...packages, ...inSrc].flatMap((each) => [...modulesIn(`${each}/`), `${each}/__init__.py`]),
      ...others,
    ]),
  ];
}

const modulesIn = (prefix: string): readonly string[] => moduleNames.map((name) => `${prefix}${name}.py`);

/** The directories among some names that have modules. An environment of a developer is none of the app's. */
async function folders(
  names: readonly string[],
  list: (folder: string) => Promise<readonly string[]>,
  prefix = "",
): Promise<readonly string[]> {
  const possible = names
    .filter((name) => name.endsWith("/") && !passedOver.test(name.slice(0, -1)))
    .slice(0, mostFolders);
  const found = await Promise.all(
    possible.map(async (name) => {
      const files = await list(`${prefix}${name.slice(0, -1)}`);
      return files.some((file) => file.endsWith(".py")) && !files.includes("pyvenv.cfg");
    }),
  );
  return possible.filter((_, index) => found[index]).map((name) => `${prefix}${name.slice(0, -1)}`);
}

/** That of the project's own name first, then those that are usually called so. */
function byName(paths: readonly string[], own: string | undefined): readonly string[] {
  const usual = [...(own === undefined ? [] : [own.replaceAll("-", "_")]), ...folderNames];
  const rank = (path: string) => {
    const at = usual.indexOf(path.replace(/^src\//, ""));
    return at < 0 ? usual.length : at;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b));
}
