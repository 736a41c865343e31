import { inDir } from "@libcnb/app-kit/folders";
import { parseProperties } from "@libcnb/java-app/properties";
import { type ReadFiles, textOf } from "./candidate.ts";

/** Which Gradle is the first that runs on a line with long support, as far as that is older than the usual one. */
const lines: readonly (readonly [major: number, minor: number, line: string])[] = [
  [7, 3, "17"],
  [5, 0, "11"],
  [0, 0, "8"],
];

/** The first Gradle that runs on the usual line, 21. https://docs.gradle.org/current/userguide/compatibility.html */
const runsOnUsual = [8, 5] as const;

/**
 * The newest Java LTS line that an old Gradle wrapper can start on, for projects without a request.
 */
export const wrapperRequests: ReadFiles = async (app, dir) => {
  const file = "gradle/wrapper/gradle-wrapper.properties";
  const url = parseProperties(await textOf(app, dir, file)).get("distributionUrl") ?? "";
  const [, version = "", major, minor] = /\/gradle-((\d{1,3})\.(\d{1,3})[\w.]*)-[^/]*\.zip$/.exec(url) ?? [];
  const isAtLeast = (...[first, second]: readonly [number, number]) =>
    Number(major) > first || (Number(major) === first && Number(minor) >= second);
  if (version === "" || isAtLeast(...runsOnUsual)) return [];
  const wanted = lines.find(([first, second]) => isAtLeast(first, second))?.[2];
  return [{ wanted, source: `Gradle ${version} of ${inDir(dir, file)}`, means: "line" }];
};
