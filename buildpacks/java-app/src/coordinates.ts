import { packageUrl } from "@libcnb/app-kit/sbom/packages-sbom";

/** The coordinates of a file in a Maven repository. */
export interface MavenCoordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  /** The type of the file. Default: `jar`. */
  readonly type?: string | undefined;
  readonly classifier?: string | undefined;
}

/**
 * Formats a Package URL: `pkg:maven/org.slf4j/slf4j-api@2.0.17`.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/maven-definition.md
 */
export function mavenUrl({ group, name, version, type = "jar", classifier = "" }: MavenCoordinates): string {
  const qualifiers = [
    ...(classifier === "" ? [] : [`classifier=${encodeURIComponent(classifier.toWellFormed())}`]),
    ...(type === "jar" ? [] : [`type=${encodeURIComponent(type.toWellFormed())}`]),
  ];
  const path = group === "" ? [name] : [group, name];
  return packageUrl("maven", path, version, qualifiers.length === 0 ? "" : `?${qualifiers.join("&")}`);
}
