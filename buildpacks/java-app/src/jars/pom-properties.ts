import { parseProperties } from "../properties.ts";

/** What Maven writes into a jar of what it is. */
export interface PomProperties {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** Where Maven writes it: `META-INF/maven/<group>/<artifact>/pom.properties`. */
export const isPomProperties = (name: string): boolean => /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(name);

/** A `pom.properties`; `undefined` if it does not say all of it, or what Maven would not accept. */
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
