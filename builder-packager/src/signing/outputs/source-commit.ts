import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readConfigFile } from "../../config/read-file.ts";
import { limits } from "../../limits.ts";

/** The commit of the git working tree that contains a directory. */
export interface SourceCommit {
  readonly commit: string;
  /** The branch, for example `refs/heads/main`; undefined if HEAD is detached. */
  readonly ref?: string | undefined;
  /** The remote `origin`, for example `git+https://example.com/acme/shop`. */
  readonly uri?: string | undefined;
}

/**
 * Returns the commit that HEAD of the directory's git repository names; undefined without a
 * repository. The files are read without git: the repository is untrusted, and its configuration
 * can name programs that git starts.
 *
 * @param warn gets a text if the commit cannot be read because of a limit
 */
export async function sourceCommit(dir: string, warn: (text: string) => void): Promise<SourceCommit | undefined> {
  const git = await gitDirectory(resolve(dir));
  if (git === undefined) return undefined;
  const common = resolve(git, (await text(join(git, "commondir")))?.trim() ?? ".");
  const head = (await text(join(git, "HEAD")))?.trim() ?? "";
  const [, ref] = /^ref: (refs\/[\w./-]+)$/.exec(head) ?? [];
  const commit = ref === undefined ? head : await commitOf(ref, [git, common], warn);
  if (commit === undefined || !isCommit(commit)) return undefined;
  return { commit, ref, uri: sourceUri((await text(join(common, "config"))) ?? "") };
}

const isCommit = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** Finds `.git` in the directory or above: a directory, or a file that names one, as in a work tree. */
async function gitDirectory(dir: string): Promise<string | undefined> {
  const git = join(dir, ".git");
  const stats = await stat(git).catch(() => undefined);
  if (stats?.isDirectory()) return git;
  if (stats?.isFile()) {
    const [, named] = /^gitdir: (.+)$/m.exec((await text(git)) ?? "") ?? [];
    return named === undefined ? undefined : resolve(dir, named.trim());
  }
  return dirname(dir) === dir ? undefined : gitDirectory(dirname(dir));
}

async function commitOf(
  ref: string,
  dirs: readonly string[],
  warn: (text: string) => void,
): Promise<string | undefined> {
  if (ref.split("/").includes("..")) return undefined;
  for (const dir of dirs) {
    const loose = (await text(join(dir, ref)))?.trim();
    if (loose !== undefined && isCommit(loose)) return loose;
  }
  return packedCommit(ref, join(dirs.at(-1) ?? "", "packed-refs"), warn);
}

/** Finds a ref in `packed-refs`, which lists all branches and tags, and has megabytes in large repositories. */
async function packedCommit(ref: string, file: string, warn: (text: string) => void): Promise<string | undefined> {
  const { most } = limits.packedRefs;
  const packed = await text(file, {
    most,
    tooLarge: () =>
      warn(
        `the provenance contains no Git commit: ${file} has more than ${most} bytes. Run git checkout --detach, so that HEAD contains the commit`,
      ),
  });
  return new RegExp(`^([0-9a-f]+) ${ref.replaceAll(".", "\\.")}$`, "m").exec(packed ?? "")?.[1];
}

/** Returns the URL of the remote `origin` without credentials. */
export function sourceUri(config: string): string | undefined {
  const [, section = ""] = /^\[remote "origin"\]$([^[]*)/m.exec(config) ?? [];
  const [, url] = /^[ \t]*url[ \t]*=[ \t]*(\S+)[ \t]*$/m.exec(section) ?? []; // \s would match line breaks, too
  if (url === undefined) return undefined;
  if (URL.canParse(url)) {
    const { protocol, host, pathname } = new URL(url);
    return /^(?:https?|ssh|git):$/.test(protocol) ? `git+${protocol}//${host}${pathname}` : undefined;
  }
  const [, host, path] = /^(?:[^@/\s]+@)?([\w.-]+):([^\s:]+)$/.exec(url) ?? [];
  return host === undefined ? undefined : `git+ssh://${host}/${path?.replace(/^\/+/, "")}`;
}

/** The content of a regular file; undefined if it cannot be read. */
async function text(
  file: string,
  { most, tooLarge }: { readonly most?: number; readonly tooLarge?: () => void } = {},
): Promise<string | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const unreadable = () => new Error(file);
  const refusal = {
    unreadable,
    tooLarge() {
      tooLarge?.();
      return unreadable();
    },
  };
  const bytes = await readConfigFile(file, refusal, most).catch(() => undefined);
  return bytes && Buffer.from(bytes).toString();
}
