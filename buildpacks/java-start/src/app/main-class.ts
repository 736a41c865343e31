import { readJar } from "@libcnb/java-app/jar";
import type { App } from "libcnb";

/**
 * Returns the main class that the manifest of a jar of the app names; `undefined` if it names none.
 */
export async function mainClassOf(app: App, file: string): Promise<string | undefined> {
  const { manifest } = await readJar(app.path(file), { name: file });
  return manifest?.get("Main-Class");
}
