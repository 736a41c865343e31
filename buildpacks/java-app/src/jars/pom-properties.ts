import { parseProperties } from "../properties.ts";

/** The content of a `pom.properties`, in which Maven records the coordinates of a jar. */
export interface PomProperties {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** True for the path of Maven's metadata: `META-INF/maven/<group>/<artifact>/pom.properties`. */
export const isPomProperties = (name: string): boolean => /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(name);

/**
 * Parses a `pom.properties`. Returns `undefined` if it is incomplete, or contains coordinates that
 * Maven does not accept.
 */
export function parsePomProperties(text: string): PomProperties | undefined {
  const properties = parseProperties(text);
  const [group = "", artifact = "", version = ""] = ["groupId", "artifactId", "version"].map((name) =>
    properties.get(name)?.trim(),
  );
  return [group, artifact].every((id) => plainId.test(id)) && plainVersion.test(version)
    ? { group, artifact, version }
    : undefined;
}

const plainId = /^[\w.-]{1,200}$/;
const plainVersion = /^[\w.+~-]{1,200}$/;
