import { featureOf, parseJavaVersion } from "@libcnb/java-app/java-version";
import type { JavaRequest } from "./requests.ts";

/** The range of releases that a request is for, among lines of which there are releases: the nearest one that does, where it names a line. */
export function rangeOf({ wanted, means }: Pick<JavaRequest, "wanted" | "means">, lines: readonly number[]): string {
  if (means === "release") return parseJavaVersion(wanted)?.text ?? wanted;
  const feature = featureOf(wanted);
  if (feature === undefined) return wanted;
  const nearest = lines.toSorted((a, b) => a - b).find((line) => line >= feature);
  return String(nearest ?? feature);
}

/** What a request that did not win admits: newer lines run what is written for older ones. `undefined`: it names no version. */
export function admittedBy({ wanted, means }: Pick<JavaRequest, "wanted" | "means">): string | undefined {
  const version = parseJavaVersion(wanted);
  if (version === undefined) return means === "release" ? wanted : undefined;
  return means === "line" ? `>=${version.feature}` : version.text;
}
