/** Reads files of a repository by path; `undefined` for missing ones. */
export interface GitFiles {
  text(path: string): Promise<string | undefined>;
}

/** SHA-1 or SHA-256. */
const commitPattern = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** A branch points to a commit, a symbolic one to another branch; git itself goes no further than this. */
const mostLinks = 5;

/**
 * The commit of HEAD: HEAD is a commit itself, or it names a branch whose commit is in a file or in
 * `packed-refs`.
 */
export async function commitOf(files: GitFiles): Promise<Repository> {
  let ref = "HEAD";
  for (let links = 0; links <= mostLinks; links += 1) {
    const text = (await files.text(ref))?.trim() ?? packed(await files.text("packed-refs"), ref);
    if (text === undefined) return { problem: `there is no commit yet on ${ref.replace("refs/heads/", "")}` };
    if (commitPattern.test(text)) return { commit: text };
    const [, next] = /^ref: (.+)$/.exec(text) ?? [];
    if (next === "refs/heads/.invalid") return { problem: "the repository keeps its branches in the format reftable" };
    if (next === undefined || !isRef(next)) return { problem: `${ref} names no commit` };
    ref = next;
  }
  return { problem: "HEAD leads from branch to branch without end" };
}

/** Names come from the app: none leads elsewhere, or is longer than a path may be (PATH_MAX). */
const isRef = (name: string): boolean =>
  name.startsWith("refs/") && name.length < 4096 && !name.split("/").includes("..") && !name.includes("\0");

/** What `git gc` has put into one file: lines with a commit and a name. Comments and peeled tags have no such name. */
const packed = (text: string | undefined, ref: string): string | undefined =>
  text
    ?.split("\n")
    .find((line) => line.slice(line.indexOf(" ") + 1).trimEnd() === ref)
    ?.split(" ", 1)[0];

/** The content of a `.git` directory, or the reason why it is unusable. */
export type Repository = { readonly commit: string } | { readonly problem: string };
