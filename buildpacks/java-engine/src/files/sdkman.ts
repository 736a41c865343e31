import { inDir } from "@libcnb/app-kit/folders";
import { featureOf } from "@libcnb/java-app/java-version";
import { parseProperties } from "@libcnb/java-app/properties";
import type { Distribution } from "../inventory/entry.ts";
import { type ReadFiles, textOf } from "./candidate.ts";

/** SDKMAN's names of those whose builds there are here, too. https://sdkman.io/jdks */
const vendors: Readonly<Record<string, Distribution>> = { librca: "liberica", tem: "temurin", zulu: "zulu" };

/**
 * `java=21.0.4-tem` in `.sdkmanrc`. Only its release line (21) is requested, as in Paketo's
 * buildpacks: the exact release is one that a developer once installed, and has known bugs.
 *
 * @see https://sdkman.io/usage#env-command
 */
export const sdkmanRequests: ReadFiles = async (app, dir) => {
  const java = parseProperties(await textOf(app, dir, ".sdkmanrc"))
    .get("java")
    ?.trim();
  // 22.3.r17-grl is a GraalVM for Java 17
  const [, version = "", graal, vendor = ""] =
    /^([\d.+]+?)(?:\.r(\d+)|\.[a-z]+)?-(?:.*-)?(\w+)$/.exec(java ?? "") ?? [];
  const wanted = graal ?? (featureOf(version) === undefined ? java : version);
  return [
    {
      wanted,
      source: inDir(dir, ".sdkmanrc"),
      means: "line",
      distribution: vendors[vendor],
      vendor: vendor || undefined,
    },
  ];
};
