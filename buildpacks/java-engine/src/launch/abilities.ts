import { access, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Features that containers can switch on, by the names of files in a Java that supports them. */
const files = {
  debugs: ["libjdwp.so"],
  manages: ["libmanagement_agent.so", "management/jmxremote.access"],
  records: ["jfr/default.jfc"],
} as const;

export type Ability = keyof typeof files;

/**
 * Returns the features of a Java installation that the launch programs use. An installation with
 * fewer modules lacks some of them.
 */
export async function abilitiesOf(runtime: string): Promise<readonly Ability[]> {
  const dirs = await librariesOf(runtime);
  const known = Object.keys(files) as readonly Ability[];
  const found = await Promise.all(known.map((each) => isIn(dirs, files[each])));
  return known.filter((_, index) => found[index]);
}

/** Java 8 has its libraries in a directory for the processor, and a JDK of it in a JRE. */
async function librariesOf(runtime: string): Promise<readonly string[]> {
  const dirs = [join(runtime, "lib"), join(runtime, "jre/lib")];
  const inner = await Promise.all(dirs.map((dir) => readdir(dir).catch(() => [])));
  return [...dirs, ...dirs.flatMap((dir, index) => (inner[index] ?? []).map((name) => join(dir, name)))];
}

async function isIn(dirs: readonly string[], names: readonly string[]): Promise<boolean> {
  const paths = dirs.flatMap((dir) => names.map((name) => join(dir, name)));
  const found = await Promise.allSettled(paths.map((path) => access(path)));
  return found.some(({ status }) => status === "fulfilled");
}
