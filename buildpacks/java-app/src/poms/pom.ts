import { readXml, type Xml } from "./xml.ts";

/** The coordinates of an artifact. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

export interface ParentPom extends Coordinates {
  /** `undefined`: the default, `../pom.xml`; empty: nowhere in the app. */
  readonly relativePath: string | undefined;
}

export interface PomPlugin {
  readonly group: string;
  readonly artifact: string;
  readonly version: string | undefined;
  /** A setting of its configuration, that of all its executions. */
  readonly configuration: Xml | undefined;
}

/** The common content of a pom and its profiles. */
export interface PomPart {
  readonly properties: ReadonlyMap<string, string>;
  readonly modules: readonly string[];
  /** The plugins, with those of `pluginManagement` at the end. */
  readonly plugins: readonly PomPlugin[];
}

export interface PomProfile extends PomPart {
  readonly id: string;
  readonly isActiveByDefault: boolean;
}

/**
 * A pom as written: without its parents' content, and with `${…}` in its texts. See `propertyOf`,
 * `interpolated`.
 */
export interface Pom extends PomPart {
  /** `undefined` if it is the parent's. */
  readonly group: string | undefined;
  readonly artifact: string;
  /** `undefined` if it is the parent's. */
  readonly version: string | undefined;
  readonly packaging: string;
  readonly name: string | undefined;
  readonly parent: ParentPom | undefined;
  readonly licenses: readonly { readonly name: string | undefined; readonly url: string | undefined }[];
  readonly organization: string | undefined;
  readonly profiles: readonly PomProfile[];
  /** The XML, for other content. */
  readonly xml: Xml;
}

/**
 * Reads a pom.
 *
 * @throws Error with the position if it is not well-formed, or if it is not a pom
 * @see https://maven.apache.org/pom.html
 */
export function parsePom(given: string | Uint8Array): Pom {
  const xml = readXml(typeof given === "string" ? Buffer.from(given) : given);
  if (xml.name !== "project") throw new Error(`it is not a pom: its element is ${xml.name.slice(0, 100)}`);
  return {
    group: textAt(xml, "groupId"),
    artifact: textAt(xml, "artifactId") ?? "",
    version: textAt(xml, "version"),
    packaging: textAt(xml, "packaging") ?? "jar",
    name: textAt(xml, "name"),
    parent: parentOf(xml.child("parent")),
    licenses: xml.all("licenses", "license").map((each) => ({ name: textAt(each, "name"), url: textAt(each, "url") })),
    organization: textAt(xml, "organization", "name"),
    profiles: xml.all("profiles", "profile").map(profileOf),
    ...partOf(xml),
    xml,
  };
}

const textAt = (xml: Xml, ...names: readonly string[]): string | undefined => xml.child(...names)?.text || undefined;

function parentOf(xml: Xml | undefined): ParentPom | undefined {
  if (xml === undefined) return undefined;
  const [group = "", artifact = "", version = ""] = ["groupId", "artifactId", "version"].map((name) =>
    textAt(xml, name),
  );
  return { group, artifact, version, relativePath: xml.child("relativePath")?.text };
}

function partOf(xml: Xml): PomPart {
  const plugins = [
    ...xml.all("build", "plugins", "plugin"),
    ...xml.all("build", "pluginManagement", "plugins", "plugin"),
  ];
  return {
    properties: new Map(xml.child("properties")?.children.map(({ name, text }) => [name, text])),
    modules: xml.all("modules", "module").map(({ text }) => text),
    plugins: plugins.map(pluginOf),
  };
}

const pluginOf = (xml: Xml): PomPlugin => ({
  group: textAt(xml, "groupId") ?? "org.apache.maven.plugins",
  artifact: textAt(xml, "artifactId") ?? "",
  version: textAt(xml, "version"),
  configuration: xml.child("configuration"),
});

const profileOf = (xml: Xml): PomProfile => ({
  id: textAt(xml, "id") ?? "default",
  isActiveByDefault: textAt(xml, "activation", "activeByDefault") === "true",
  ...partOf(xml),
});
