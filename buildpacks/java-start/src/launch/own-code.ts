import { inDir } from "@libcnb/app-kit/folders";
import { asPattern } from "@libcnb/app-kit/keep/large-folders";
import { readJar } from "@libcnb/java-app/jar";
import type { App } from "libcnb";

/**
 * Returns the slices for jars: third-party jars first, then jars whose content may change under the
 * same name. The app's own jars are in no slice.
 */
export function slicesOf(
  jars: readonly string[],
  isOwn: (file: string) => boolean = () => false,
): readonly (readonly string[])[] {
  const others = jars.filter((file) => !isOwn(file));
  const isSnapshot = (file: string) => file.includes("SNAPSHOT");
  const groups = [others.filter((file) => !isSnapshot(file)), others.filter(isSnapshot)];
  return groups.filter((group) => group.length > 0).map((group) => group.map(asPattern));
}

/** The properties that identify the app's own jars. */
export interface Own {
  /** The Maven groups that the app's main archive names. */
  readonly groups?: readonly string[];
  /**
   * The names of possible main classes. If a jar contains one of them, the jar's group belongs to
   * the app.
   */
  readonly classes?: readonly string[];
}

/**
 * Selects the jars that change with the app: jars without metadata about their Maven group, as
 * Gradle builds the app's modules, and jars of the app's own groups, as Maven builds them. The
 * selection only affects in which layers of the image the jars are.
 */
export async function ownJars(
  app: App,
  files: readonly string[],
  { groups = [], classes = [] }: Own = {},
): Promise<ReadonlySet<string>> {
  const jars = await Promise.all(files.map((file) => lookInto(app, file, classes)));
  const own = new Set([...groups, ...jars.flatMap((jar) => (jar.starts ? jar.groups : []))]);
  const isOwn = (jar: InJar) => jar.isNobodys || jar.groups.some((group) => own.has(group));
  return new Set(files.filter((_, index) => isOwn(jars[index] ?? unreadable)));
}

interface InJar {
  readonly groups: readonly string[];
  readonly isNobodys: boolean;
  readonly starts: boolean;
}

const unreadable: InJar = { groups: [], isNobodys: false, starts: false };

async function lookInto(app: App, file: string, classes: readonly string[]): Promise<InJar> {
  const jar = await readJar(app.path(file), { name: file }).catch(() => undefined);
  if (jar === undefined) return unreadable;
  const entries = new Set(jar.entries.map(({ name }) => name));
  const said = jar.manifest?.names ?? [];
  return {
    groups: jar.pomProperties.map(({ group }) => group),
    isNobodys: jar.pomProperties.length === 0 && !said.some((name) => maker.test(name)),
    starts: classes.some((name) => entries.has(`${name.replaceAll(".", "/")}.class`)),
  };
}

const maker = /^(Bundle-|Implementation-|Specification-|Automatic-Module-Name)/i;

/** Returns the Maven groups in the metadata of an unpacked archive (`META-INF/maven`). */
export async function groupsIn(app: App, dir: string): Promise<readonly string[]> {
  const names = await app.list(inDir(dir, "META-INF/maven"));
  return names.flatMap((name) => (name.endsWith("/") ? [name.slice(0, -1)] : []));
}

/** Returns the jars below a directory, sorted. */
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
