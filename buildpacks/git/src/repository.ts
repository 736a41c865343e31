import type { App } from "libcnb";

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

/** True if the app has a `.git`, even if `.git` is a link to another location. */
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

/**
 * Access to the files of a repository. `text` returns the text of the file at a path, or
 * `undefined` if the file does not exist.
 */
interface GitFiles {
  text(path: string): Promise<string | undefined>;
}

/** SHA-1 or SHA-256. */
const commitPattern = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** A branch points to a commit, a symbolic one to another branch; git itself goes no further than this. */
const mostLinks = 5;

/**
 * Finds the commit of HEAD. HEAD contains a commit, or the name of a branch, whose commit is in a
 * file or in `packed-refs`.
 */
async function commitOf(files: GitFiles): Promise<Repository> {
  let ref = "HEAD";
  for (let links = 0; links <= mostLinks; links += 1) {
    const text = (await files.text(ref))?.trim() ?? packed(await files.text("packed-refs"), ref);
    if (text === undefined) return { problem: `the branch ${ref.replace("refs/heads/", "")} has no commit yet` };
    if (commitPattern.test(text)) return { commit: text };
    const [, next] = /^ref: (.+)$/.exec(text) ?? [];
    if (next === "refs/heads/.invalid")
      return { problem: "the repository stores its refs in the reftable format, which this buildpack does not read" };
    if (next === undefined || !isRef(next)) return { problem: `${ref} does not point to a commit` };
    ref = next;
  }
  return { problem: "HEAD is a loop of symbolic refs" };
}

/** Names come from the app: none leads elsewhere, or is longer than a path may be (PATH_MAX). */
const isRef = (name: string): boolean =>
  name.startsWith("refs/") && name.length < 4096 && !name.split("/").includes("..") && !name.includes("\0");

/**
 * The file into which `git gc` packs refs: lines with a commit and a name. Comments and peeled tags
 * have no such name.
 */
const packed = (text: string | undefined, ref: string): string | undefined =>
  text
    ?.split("\n")
    .find((line) => line.slice(line.indexOf(" ") + 1).trimEnd() === ref)
    ?.split(" ", 1)[0];

/** The commit of HEAD in a `.git` directory, or the reason why it cannot be determined. */
type Repository = { readonly commit: string } | { readonly problem: string };
