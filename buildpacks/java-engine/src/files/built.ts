import { inDir } from "@libcnb/app-kit/folders";
import { type Manifest, parseManifest } from "@libcnb/java-app/manifest";
import type { App } from "libcnb";
import type { Candidate } from "./candidate.ts";

/** More archives than an app that comes built has. */
const mostArchives = 20;

/**
 * The Java version of a prebuilt app, from the manifests of its directory and archives. The newest
 * one is used.
 */
export async function builtRequests(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "META-INF/MANIFEST.MF");
  if (await app.exists(file)) return requestsOf(parseManifest(await app.readText(file)), file);
  const names = (await app.list(dir)).filter((name) => /\.[jw]ar$/i.test(name)).slice(0, mostArchives);
  const { featureOf } = await import("@libcnb/java-app/java-version");
  const found = await Promise.all(names.map((name) => inArchive(app, inDir(dir, name))));
  return found
    .flat()
    .toSorted(({ wanted: a = "" }, { wanted: b = "" }) => (featureOf(b) ?? 0) - (featureOf(a) ?? 0))
    .slice(0, 1);
}

async function inArchive(app: App, file: string): Promise<readonly Candidate[]> {
  const { readJar } = await import("@libcnb/java-app/jar");
  const { manifest } = await readJar(app.path(file), { name: file });
  return requestsOf(manifest, file);
}

function requestsOf(manifest: Manifest | undefined, file: string): readonly Candidate[] {
  const name = ["Build-Jdk-Spec", "Build-Jdk"].find((each) => manifest?.get(each)?.trim());
  return name === undefined ? [] : [{ wanted: manifest?.get(name), source: `${name} of ${file}`, means: "line" }];
}
