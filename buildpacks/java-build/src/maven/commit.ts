import type { App } from "libcnb";
import type { PomFile } from "./modules.ts";

/** Plugins that write the commit into what is built. */
const readers = /git-commit-id|buildnumber-maven-plugin|jgitver|maven-git-versioning|git-code-format|git-build-hook/;

/** The commit that the app was checked out at, where it decides about the result. */
export async function commitOf(app: App, poms: readonly PomFile[]): Promise<string | undefined> {
  if (!poms.some(({ text }) => readers.test(text))) return undefined;
  const read = (path: string) => app.readText(path).catch(() => "");
  const head = (await read(".git/HEAD")).trim();
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  if (ref === undefined) return head || undefined;
  const packed = (await read(".git/packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`));
  return (await read(`.git/${ref}`)).trim() || packed || undefined;
}
