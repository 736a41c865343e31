import type { App } from "libcnb";

/**
 * Returns the app's checked-out commit; `undefined` if it is unknown. A build needs the commit if
 * one of its plugins reads it.
 */
export async function checkedOutAt(app: App): Promise<string | undefined> {
  const read = (path: string) => app.readText(path).catch(() => "");
  const head = (await read(".git/HEAD")).trim();
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  if (ref === undefined) return head || undefined;
  const packed = (await read(".git/packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`));
  return (await read(`.git/${ref}`)).trim() || packed || undefined;
}
