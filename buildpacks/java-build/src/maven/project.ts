import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { Project, ProjectSource } from "../build-tool.ts";
import { decisiveFile } from "../choice.ts";
import { argumentsIn } from "../command-line.ts";
import { checkedOutAt } from "../commit.ts";
import { elementsIn, folderOf, type PomFile, pomsOf, withoutElements } from "./poms.ts";
import { mavenSettings, secretsIn, withoutLogins } from "./settings.ts";

/**
 * Reads the files of a Maven project.
 *
 * @throws UserError MAVEN_POM_MISSING, MAVEN_SETTINGS_MISSING
 */
export async function readProject(source: ProjectSource): Promise<Project> {
  const { app, env, settings } = source;
  const poms = await pomsOf(app, await pomFileOf(source));
  const own = await mavenSettings(source, settings);
  const passwords = [own?.text ?? "", own?.security ?? "", ...poms.map(({ text }) => text)].flatMap(secretsIn);
  const commit = await commitOf(app, poms);
  const bound = own && own.path === undefined ? { [`settings.xml of ${own.source}`]: withoutLogins(own.text) } : {};
  return {
    ...source,
    inputs: { ...variables(source, poms), ...bound, ...defined({ "the commit": commit }) },
    mustBuild: changingPart(poms),
    outputs: [...new Set(poms.map((pom) => inDir(folderOf(pom), "target")))],
    secrets: [...passwords, ...[env.MVNW_PASSWORD ?? ""].filter(Boolean)],
    warnings: warningsOn(source),
  };
}

/** Returns the path of the pom to build, relative to the app. */
export async function pomFileOf({ app, dir, settings }: ProjectSource): Promise<string> {
  const named = settings.BP_MAVEN_POM_FILE?.trim().replace(/^\.\//, "");
  if (named) {
    if (await app.exists(inDir(dir, named))) return inDir(dir, named);
    throw missing(`BP_MAVEN_POM_FILE is "${named}", but the app has no such file`);
  }
  const found = decisiveFile(await app.list(dir || "."), "maven");
  if (found === undefined) throw missing(`there is no pom.xml in ${dir === "" ? "the app" : dir}`);
  return inDir(dir, found);
}

const missing = (message: string) =>
  new UserError("MAVEN_POM_MISSING", message, {
    hint: "Set BP_MAVEN_POM_FILE to a path relative to the project's directory, such as parent/pom.xml. BP_JAVA_PROJECT_PATH selects that directory.",
  });

/** Variables that decide about the result: of this buildpack, of Maven, and those that poms read. */
function variables({ env, settings }: ProjectSource, poms: readonly PomFile[]): Readonly<Record<string, string>> {
  const read = poms.flatMap(({ text }) => Array.from(text.matchAll(/\$\{env\.(\w+)\}/g), ([, name = ""]) => name));
  const names = ["MAVEN_OPTS", "MAVEN_ARGS", "SOURCE_DATE_EPOCH", ...read];
  const own = deciding.map((name) => [name, settings[name]] as const);
  const all = [...own, ...names.map((name) => [name, env[name]] as const)];
  return Object.fromEntries(all.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const deciding = [
  "BP_MAVEN_POM_FILE",
  "BP_MAVEN_SETTINGS_PATH",
  "BP_MAVEN_ACTIVE_PROFILES",
  "BP_MAVEN_BUILD_ARGUMENTS",
  "BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS",
  "BP_MAVEN_BUILT_MODULE",
  "BP_MAVEN_BUILT_ARTIFACT",
] as const;

/** The warnings about a phase after `package`. A phase before it creates no artifact. */
const warningsOn = ({ settings }: ProjectSource): readonly string[] =>
  argumentsIn(settings.BP_MAVEN_BUILD_ARGUMENTS).some((word) => /^(?:deploy|install)$/.test(word))
    ? ["BP_MAVEN_BUILD_ARGUMENTS runs more than the phase package, which is sufficient for an image"]
    : [];

/** Plugins that write the commit into what is built. */
const readers = /git-commit-id|buildnumber-maven-plugin|jgitver|maven-git-versioning|git-code-format|git-build-hook/;
/**
 * Returns the app's checked-out commit if it affects the result of the build, otherwise
 * `undefined`.
 */
export const commitOf = async (app: App, poms: readonly PomFile[]): Promise<string | undefined> =>
  poms.some(({ text }) => readers.test(text)) ? checkedOutAt(app) : undefined;

/**
 * Returns the reason why a build of unchanged files may use other libraries or plugins: a version
 * range, a version such as `LATEST`, or a snapshot of a parent or plugin. Returns `undefined` if
 * there is no reason. Snapshot libraries, including transitive ones, are found in the report of the
 * build instead.
 */
export function changingPart(poms: readonly PomFile[]): string | undefined {
  const own = new Set(poms.map(({ text }) => artifactOf(text)));
  for (const { path, text } of poms) {
    const part = partsOf(text).find(
      ({ kind, artifact, version }) => isOpen(version) || isForeignSnapshot(kind, artifact, version, own),
    );
    if (part !== undefined)
      return `${path} requests ${part.artifact} ${part.version}, which can resolve to a different version each time`;
  }
  return undefined;
}

interface Part {
  readonly kind: string;
  readonly artifact: string;
  readonly version: string;
}

function partsOf(text: string): readonly Part[] {
  return elementsIn(text, ["dependency", "parent", "plugin", "extension"]).map(({ name, inner }) => {
    const own = withoutElements(inner, ["exclusions", "dependencies", "executions", "configuration"]);
    return { kind: name, artifact: textIn(own, "artifactId"), version: textIn(own, "version") };
  });
}

const textIn = (text: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.trim() ?? "";

const others = ["parent", "dependencies", "dependencyManagement", "build", "profiles", "reporting"];

/** The module's own value, which is outside of all elements that describe other projects. */
const artifactOf = (text: string): string => textIn(withoutElements(text, others), "artifactId");

/** `[1.0,2.0)`, but not `[1.0]`, which is that version alone. */
const isOpen = (version: string): boolean => /^(?:LATEST|RELEASE)$|^[[(][^,\n]*,.*[\])]$/.test(version);

const isForeignSnapshot = (kind: string, artifact: string, version: string, own: ReadonlySet<string>): boolean =>
  kind !== "dependency" && version.endsWith("-SNAPSHOT") && !own.has(artifact);
