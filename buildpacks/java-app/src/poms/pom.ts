import { readXml, type Xml } from "./xml.ts";

/** The Maven coordinates of an artifact. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

export interface ParentPom extends Coordinates {
  /**
   * The path of the parent's pom. `undefined` means the default, `../pom.xml`, and an empty text
   * means a parent outside of the app.
   */
  readonly relativePath: string | undefined;
}

export interface PomPlugin {
  readonly group: string;
  readonly artifact: string;
  readonly version: string | undefined;
  /** The plugin's configuration for all executions; `undefined` if there is none. */
  readonly configuration: Xml | undefined;
}

/** The settings that may appear both in a pom and in a profile of a pom. */
export interface PomPart {
  readonly properties: ReadonlyMap<string, string>;
  readonly modules: readonly string[];
  /** The plugins. The plugins in `pluginManagement` come last. */
  readonly plugins: readonly PomPlugin[];
}

export interface PomProfile extends PomPart {
  readonly id: string;
  readonly isActiveByDefault: boolean;
}

/**
 * A pom as written: without the content of its parents, and with unresolved references `${…}`.
 * `propertyOf` and `interpolated` resolve these references.
 */
export interface Pom extends PomPart {
  /** The group; `undefined` if it is inherited from the parent. */
  readonly group: string | undefined;
  readonly artifact: string;
  /** The version; `undefined` if it is inherited from the parent. */
  readonly version: string | undefined;
  readonly packaging: string;
  readonly name: string | undefined;
  readonly parent: ParentPom | undefined;
  readonly licenses: readonly { readonly name: string | undefined; readonly url: string | undefined }[];
  readonly organization: string | undefined;
  readonly profiles: readonly PomProfile[];
  /** The XML document, for other content. */
  readonly xml: Xml;
}

/**
 * Reads a pom.
 *
 * @throws Error with the position if the text is not well-formed XML, or not a pom
 * @see https://maven.apache.org/pom.html
 */
export function parsePom(given: string | Uint8Array): Pom {
  const xml = readXml(typeof given === "string" ? Buffer.from(given) : given);
  if (xml.name !== "project")
    throw new Error(`the file is not a POM: its root element is <${xml.name.slice(0, 100)}> instead of <project>`);
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
