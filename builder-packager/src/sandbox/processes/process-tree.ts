import { readdir, readFile } from "node:fs/promises";

/** The parent of each running process, by process id. A process that ends meanwhile is left out. */
async function parents(): Promise<ReadonlyMap<number, number>> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const pairs = await Promise.all(ids.map(async (id) => [Number(id), await parentOf(id)] as const));
  return new Map(pairs.filter((pair): pair is readonly [number, number] => pair[1] !== undefined));
}

async function parentOf(pid: string): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The program's name is in parentheses and may contain any characters, including parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields ? Number(fields[1]) : undefined;
}

/** Returns the ids of the child processes of `pid`, oldest first. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = [...(await parents())].filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.sort((a, b) => a - b);
}
