import { inDir } from "@libcnb/app-kit/folders";
import { asPattern } from "@libcnb/app-kit/keep/large-folders";
import type { App } from "libcnb";
import { slicesOf } from "../launch/own-code.ts";
import type { SpringBoot } from "./boot.ts";
import { indexedLayers } from "./index-file.ts";

/**
 * The slices, least frequently changed first: the layers of `layers.idx`, of which the app is the
 * last, or else Spring Boot's defaults.
 */
export async function springSlices(app: App, boot: SpringBoot): Promise<readonly (readonly string[])[]> {
  const file = inDir(
    boot.dir,
    boot.manifest.get("Spring-Boot-Layers-Index") ?? `${boot.classes.replace(/classes$/, "")}layers.idx`,
  );
  if (!(await app.exists(file).catch(() => false)))
    return [...slicesOf(boot.libraries), [asPattern(inDir(boot.dir, "org"))]];
  const layers = indexedLayers(await app.readText(file)).map(({ paths }) =>
    paths.filter(isBelow).map((path) => asPattern(inDir(boot.dir, path.replace(/\/+$/, "")))),
  );
  // what is in no slice is the app's own layer, and so is what comes last
  return layers
    .slice(0, -1)
    .slice(0, mostSlices)
    .filter((paths) => paths.length > 0);
}

/** An image has at most 127 layers, and other buildpacks want some. */
const mostSlices = 32;

const isBelow = (path: string): boolean => !path.startsWith("/") && !path.split("/").includes("..");
