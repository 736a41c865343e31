import { readJar } from "@libcnb/java-app/jar";
import type { App } from "libcnb";

/** The main class of a jar of the app; `undefined` if it has none. */
export async function mainClassOf(app: App, file: string): Promise<string | undefined> {
  const { manifest } = await readJar(app.path(file), { name: file });
  return manifest?.get("Main-Class");
}
