import { asPattern } from "@libcnb/app-kit/keep/large-folders";
import { readJar } from "@libcnb/java-app/jar";
import type { App } from "libcnb";

/** Jars in the layers of the image that they belong to: those of others, then those that change without a new name. The app's own are in none. */
export function slicesOf(
  jars: readonly string[],
  isOwn: (file: string) => boolean = () => false,
): readonly (readonly string[])[] {
  const others = jars.filter((file) => !isOwn(file));
  const isSnapshot = (file: string) => file.includes("SNAPSHOT");
  const groups = [others.filter((file) => !isSnapshot(file)), others.filter(isSnapshot)];
  return groups.filter((group) => group.length > 0).map((group) => group.map(asPattern));
}

/** Whether the manifest of a jar says nothing of who made it, as those of an app's own modules do not. It only matters for where it lies. */
export async function ownJars(app: App, jars: readonly string[]): Promise<ReadonlySet<string>> {
  const own = await Promise.all(jars.map(async (file) => ((await isOwn(app, file)) ? [file] : [])));
  return new Set(own.flat());
}

async function isOwn(app: App, file: string): Promise<boolean> {
  const jar = await readJar(app.path(file), { name: file }).catch(() => undefined);
  if (jar === undefined || jar.pomProperties.length > 0) return false;
  const said = jar.manifest?.names ?? [];
  return !said.some((name) => /^(Bundle-|Implementation-|Specification-|Automatic-Module-Name)/i.test(name));
}

/** The jars below a folder, sorted. */
export async function jarsBelow(app: App, dir: string): Promise<readonly string[]> {
  const names = await app.list(dir);
  const below = await Promise.all(
    names.map(async (name) => {
      const path = `${dir}/${name.replace(/\/$/, "")}`;
      if (name.endsWith("/")) return jarsBelow(app, path);
      return name.endsWith(".jar") ? [path] : [];
    }),
  );
  return below.flat();
}
