import { featureOf, parseJavaVersion } from "@libcnb/java-app/java-version";
import type { JavaRequest } from "./files/candidate.ts";

/** The range of a request among lines with releases: if it names a line, the nearest one with releases. */
export function rangeOf({ wanted, means }: Pick<JavaRequest, "wanted" | "means">, lines: readonly number[]): string {
  if (means === "release") return parseJavaVersion(wanted)?.text ?? wanted;
  const feature = featureOf(wanted);
  if (feature === undefined) return wanted;
  const nearest = lines.toSorted((a, b) => a - b).find((line) => line >= feature);
  return String(nearest ?? feature);
}

/** The range that an overruled request admits: newer lines run code for older ones. */
export function admittedBy({ wanted, means }: Pick<JavaRequest, "wanted" | "means">): string | undefined {
  const version = parseJavaVersion(wanted);
  if (version === undefined) return means === "release" ? wanted : undefined;
  return means === "line" ? `>=${version.feature}` : version.text;
}
