import type { App } from "libcnb";

/** Plugins that write the commit into what is built, or into its version. */
const readers =
  /gradle-git-properties|git-version|axion-release|jgitver|nebula\.(?:nebula-)?release|grgit|reckon|git-versioning|grgitpublish|nemerosa\.versioning/;

/** The commit that the app was checked out at, where it decides about the result. */
export async function commitOf(app: App, texts: readonly string[]): Promise<string | undefined> {
  if (!texts.some((text) => readers.test(text))) return undefined;
  const read = (path: string) => app.readText(path).catch(() => "");
  const head = (await read(".git/HEAD")).trim();
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  if (ref === undefined) return head || undefined;
  const packed = (await read(".git/packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`));
  return (await read(`.git/${ref}`)).trim() || packed || undefined;
}
