import type { App } from "libcnb";
import { commitOf, type GitFiles, type Repository } from "./revision.ts";

/** Reads the checked-out commit; `undefined` if the app has no `.git`. */
export async function readRevision(app: App): Promise<Repository | undefined> {
  if (!(await hasGit(app))) return undefined;
  try {
    const dir = await gitDir(app);
    if (!(await app.exists(`${dir}/HEAD`))) return { problem: `${dir} is not a repository: it has no HEAD` };
    return await commitOf(await filesOf(app, dir));
  } catch (error) {
    // a link or the file .git of a worktree leads to where only its developer has a repository
    if (isCode(error, "APP_PATH_OUTSIDE"))
      return { problem: ".git points outside of the app, to a repository that the build does not have" };
    // a link whose name is its own target, or two that name each other
    if (isCode(error, "APP_FILE_INVALID")) return { problem: "the symbolic links of .git form a loop" };
    throw error;
  }
}

/** True if the app has a `.git`, even if it is a link to another location. */
export const hasGit = async (app: App): Promise<boolean> =>
  (await app.list()).some((name) => name === ".git" || name === ".git/");

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** The directory of the repository: worktrees and submodules have a file that names it. */
async function gitDir(app: App): Promise<string> {
  const [, named] = /^gitdir: (.+)$/m.exec((await textOf(app, ".git")) ?? "") ?? [];
  return named === undefined ? ".git" : relative(app, named.trim(), "");
}

/** A path of git as one below the app. */
function relative(app: App, path: string, from: string): string {
  const inside = path.startsWith(`${app.dir}/`) ? path.slice(app.dir.length + 1) : path;
  return inside.startsWith("/") || from === "" ? inside : `${from}/${inside}`;
}

/** A worktree has its own HEAD, and the rest in the repository that it belongs to. */
async function filesOf(app: App, dir: string): Promise<GitFiles> {
  const common = await textOf(app, `${dir}/commondir`);
  const shared = common === undefined ? dir : relative(app, common.trim(), dir);
  const own = async (path: string) => (await textOf(app, `${dir}/${path}`)) ?? (await textOf(app, `${shared}/${path}`));
  return { text: own };
}

/** A directory where a file could be is none. */
async function textOf(app: App, path: string): Promise<string | undefined> {
  if (!(await app.exists(path))) return undefined;
  return app.readText(path).catch((error) => {
    if (isCode(error, "APP_FILE_INVALID")) return undefined;
    throw error;
  });
}
