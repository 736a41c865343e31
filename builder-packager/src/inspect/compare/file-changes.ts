import { defined } from "../../defined.ts";
import type { MemberType } from "../../tar/member.ts";
import { byBytes } from "../tree/dive-figures.ts";
import { isDirectory, type MergedNode } from "../tree/merged-tree.ts";

/** A file or directory that differs between the file systems of two images. */
export interface FileChange {
  readonly path: string;
  /** The file's type in the second image, or else in the first one. */
  readonly type: MemberType;
  /** The properties of the file that changed; empty for an added or removed file. */
  readonly what: readonly ("type" | "content" | "mode" | "owner" | "target")[];
  /** The size in bytes in the first image; undefined if the file is missing there. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Returns the differences between two file trees. Modification times are ignored. For an added or
 * removed directory, all its content is listed.
 */
export function fileChanges(from: MergedNode, to: MergedNode): readonly FileChange[] {
  const found: FileChange[] = [];
  walk(from, to, "", found);
  return found;
}

function walk(from: MergedNode | undefined, to: MergedNode | undefined, path: string, found: FileChange[]): void {
  if (path !== "") note(from, to, path, found);
  const names = new Set([...(from?.children?.keys() ?? []), ...(to?.children?.keys() ?? [])]);
  for (const name of [...names].sort(byBytes))
    walk(from?.children?.get(name), to?.children?.get(name), `${path}/${name}`, found);
}

function note(from: MergedNode | undefined, to: MergedNode | undefined, path: string, found: FileChange[]): void {
  const what = from && to ? differences(from, to) : [];
  if (from && to && what.length === 0) return;
  const type = typeOf((to ?? from) as MergedNode);
  found.push({
    path,
    type,
    what,
    ...defined({ from: from && (from.inode?.bytes ?? 0), to: to && (to.inode?.bytes ?? 0) }),
  });
}

const typeOf = (node: MergedNode): MemberType => (isDirectory(node) ? "directory" : (node.entry?.type ?? "file"));

function differences(from: MergedNode, to: MergedNode): FileChange["what"] {
  const [a, b] = [from.entry, to.entry];
  const isOther = {
    type: typeOf(from) !== typeOf(to),
    content: a?.digest !== b?.digest,
    mode: (a?.mode ?? 0o755) !== (b?.mode ?? 0o755),
    owner: (a?.uid ?? 0) !== (b?.uid ?? 0) || (a?.gid ?? 0) !== (b?.gid ?? 0),
    target: (a?.target ?? "") !== (b?.target ?? ""),
  };
  return (["type", "content", "mode", "owner", "target"] as const).filter((what) => isOther[what]);
}
