import { inDir } from "@libcnb/app-kit/folders";
import { asPattern } from "@libcnb/app-kit/keep/large-folders";
import { quarkusJar } from "../app/unpacked.ts";
import type { Project } from "../project.ts";
import { otherwise } from "../start.ts";
import type { Launch } from "./launch.ts";
import { jarsBelow, slicesOf } from "./own-code.ts";

/**
 * The launch settings of an app in Quarkus's directory layout, which has libraries, generated code
 * and the app in separate subdirectories.
 */
export async function launchQuarkus(dir: string, { app }: Project): Promise<Launch> {
  const libraries = await jarsBelow(app, inDir(dir, "lib"));
  const snapshots = slicesOf(libraries.filter((file) => file.includes("SNAPSHOT")));
  return {
    start: { line: `java -jar ${quarkusJar}`, source: `${inDir(dir, quarkusJar)} (Quarkus)`, dir, otherwise },
    main: `-jar ${quarkusJar}`,
    portVariable: "QUARKUS_HTTP_PORT",
    slices: [...snapshots, ...(libraries.length === 0 ? [] : [[asPattern(inDir(dir, "lib"))]])],
    code: [dir],
  };
}
