/**
 * Access to the files of a repository. `text` returns the text of the file at a path, or
 * `undefined` if the file does not exist.
 */
export interface GitFiles {
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
export async function commitOf(files: GitFiles): Promise<Repository> {
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
export type Repository = { readonly commit: string } | { readonly problem: string };
