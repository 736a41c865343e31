import { readJar } from "@libcnb/java-app/jar";
import type { App } from "libcnb";

/**
 * Returns the number of an app's classes, which the memory calculator uses. The number is rounded
 * up, so that small changes of the app do not change a layer of the image.
 */
export async function classCount(app: App, code: readonly string[]): Promise<number> {
  let count = 0;
  for (const path of code) count += await classesAt(app, path);
  return Math.ceil(count / step) * step;
}

const step = 250;

async function classesAt(app: App, path: string): Promise<number> {
  if (/\.[jw]ar$/i.test(path)) return classesInJar(app, path);
  let count = 0;
  for (const name of await app.list(path)) {
    const file = path === "" ? name.replace(/\/$/, "") : `${path}/${name.replace(/\/$/, "")}`;
    if (name.endsWith(".class")) count += 1;
    else if (name.endsWith("/") || /\.jar$/i.test(name)) count += await classesAt(app, file);
  }
  return count;
}

/** Counts the classes of a jar and of the jars in it, which Spring Boot's loader reads in place. */
async function classesInJar(app: App, file: string): Promise<number> {
  const isLibrary = (name: string) => /^(BOOT|WEB)-INF\/lib[^/]*\/[^/]+\.jar$/.test(name);
  const jar = await readJar(app.path(file), { name: file, nested: isLibrary }).catch(() => undefined);
  const all = [jar, ...(jar?.nested.map((each) => each.jar) ?? [])];
  return all.flatMap((each) => each?.entries ?? []).filter(({ name }) => name.endsWith(".class")).length;
}
