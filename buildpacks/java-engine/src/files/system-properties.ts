import { inDir } from "@libcnb/app-kit/folders";
import { parseProperties } from "@libcnb/java-app/properties";
import { type ReadFiles, textOf } from "./candidate.ts";

/** Heroku's form: `java.runtime.version=17`, `17.0.9`, `zulu-21`. */
export const systemPropertiesRequests: ReadFiles = async (app, dir) => {
  const value = parseProperties(await textOf(app, dir, "system.properties"))
    .get("java.runtime.version")
    ?.trim();
  const [, zulu] = /^zulu-(.+)$/.exec(value ?? "") ?? [];
  const source = `java.runtime.version of ${inDir(dir, "system.properties")}`;
  return [{ wanted: zulu ?? value, source, means: "release", distribution: zulu === undefined ? undefined : "zulu" }];
};
