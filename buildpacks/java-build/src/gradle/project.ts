import { posix } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { Project, ProjectSource } from "../build-tool.ts";
import { checkedOutAt } from "../commit.ts";
import { wantedArguments } from "./command.ts";
import { type BuildFiles, outputsOf, readBuildFiles } from "./modules.ts";
import {
  type GradleBinding,
  gradleBinding,
  isSecret,
  passwordsIn,
  projectVariables,
  secretsIn,
  withoutSecrets,
} from "./properties.ts";
import { gradleRequests, readWrapper, type Wrapper } from "./requests.ts";
import { javaWarning } from "./supported-java.ts";

/**
 * Reads the files of a Gradle project.
 *
 * @throws UserError GRADLE_FILE_MISSING, GRADLE_WRAPPER_INVALID
 */
export async function readProject(source: ProjectSource): Promise<Project> {
  const { app, dir, settings } = source;
  await mustExist(app, dir, { name: "BP_GRADLE_BUILD_FILE", value: settings.BP_GRADLE_BUILD_FILE });
  await mustExist(app, dir, { name: "BP_GRADLE_INIT_SCRIPT_PATH", value: settings.BP_GRADLE_INIT_SCRIPT_PATH });
  const files = await readBuildFiles(app, dir);
  const bindings = (await source.bindings.filter({ type: "gradle" })).map(gradleBinding);
  const { variable } = await gradleRequests(source);
  const wrapper = variable === undefined ? await readWrapper(app, dir, source.bindings) : undefined;
  const commit = await commitOf(app, Object.values(files.texts));
  return {
    ...source,
    inputs: {
      ...variables(source, files),
      ...Object.fromEntries(bindings.flatMap(inputsOf)),
      ...defined({ "the commit": commit }),
    },
    mustBuild: changingPart(files),
    outputs: outputsOf(files),
    secrets: secretsOf(source, bindings, wrapper),
    warnings: warningsOn(source, files, wrapper?.version ?? variable?.wanted),
  };
}

async function mustExist(
  app: App,
  dir: string,
  { name, value }: { readonly name: string; readonly value: string | undefined },
) {
  const path = value?.trim();
  if (!path || (await app.exists(inDir(dir, path)))) return;
  throw new UserError("GRADLE_FILE_MISSING", `${name} is "${path}", but the app has no such file`, {
    hint: `Set ${name} to a path relative to the project's directory. BP_JAVA_PROJECT_PATH selects that directory.`,
  });
}

/** Variables that decide about the result: of this buildpack, of Gradle, and those that build files read. */
function variables({ env, settings }: ProjectSource, { texts }: BuildFiles): Readonly<Record<string, string>> {
  const read = Object.values(texts).flatMap((text) =>
    Array.from(
      text.matchAll(/(?:getenv|environmentVariable)\(\s*["'](\w+)["']|getenv\(\)(?:\.|\[["'])(\w+)/g),
      ([, a, b]) => a ?? b ?? "",
    ),
  );
  const names = ["GRADLE_OPTS", "JAVA_OPTS", "SOURCE_DATE_EPOCH", ...Object.keys(projectVariables(env)), ...read];
  const own = deciding.map((name) => [name, settings[name]] as const);
  const others = names.filter((name) => !isSecret(name)).map((name) => [name, env[name]] as const);
  return Object.fromEntries([...own, ...others].flatMap(([name, value]) => (value ? [[name, publicPart(value)]] : [])));
}

const deciding = [
  "BP_GRADLE_BUILD_FILE",
  "BP_GRADLE_INIT_SCRIPT_PATH",
  "BP_GRADLE_BUILD_ARGUMENTS",
  "BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS",
  "BP_GRADLE_BUILT_MODULE",
  "BP_GRADLE_BUILT_ARTIFACT",
] as const;

/** Passwords among arguments decide nothing: `-PrepoPassword=…`. */
const publicPart = (value: string): string =>
  value.replace(/(-[PD])([\w.-]+)=\S*/g, (word, flag: string, name: string) =>
    isSecret(name) ? `${flag}${name}` : word,
  );

const inputsOf = ({ name, properties, scripts }: GradleBinding): readonly (readonly [string, string])[] => [
  ...(properties === "" ? [] : [[`gradle.properties of the binding ${name}`, withoutSecrets(properties)] as const]),
  ...scripts.map(
    ([file, text]) => [`${file} of the binding ${name}`, text.replace(/(:\/\/)[^/\s@"']*@/g, "$1")] as const,
  ),
];

function secretsOf(
  source: ProjectSource,
  bindings: readonly GradleBinding[],
  wrapper: Wrapper | undefined,
): readonly string[] {
  const named = Object.entries(projectVariables(source.env)).map(([name, value]) => `${name}=${value}`);
  const words = wantedArguments(source).map((word) => word.replace(/^-[PD]/, ""));
  return [
    ...[...named, ...words.filter((word) => word.includes("="))].flatMap(secretsIn),
    ...bindings.flatMap(({ properties, scripts }) => [
      ...secretsIn(properties),
      ...scripts.flatMap(([, text]) => passwordsIn(text)),
    ]),
    ...passwordsIn(wrapper?.url ?? ""),
  ];
}

function warningsOn({ jdk }: ProjectSource, { texts }: BuildFiles, version: string | undefined): readonly string[] {
  const warnings: string[] = [];
  const java = javaWarning(version, jdk.feature);
  if (java !== undefined) warnings.push(java);
  const home = Object.entries(texts).find(
    ([path, text]) => /gradle\.properties$/.test(path) && /^[ \t]*org\.gradle\.java\.home/m.test(text),
  );
  if (home !== undefined) warnings.push(`org.gradle.java.home of ${home[0]} is ignored: the build uses its own JDK`);
  return warnings;
}

/**
 * Returns the reason why a build of unchanged files may use other libraries or plugins, such as
 * `1.+`, a version range, or `latest.release`. Returns `undefined` if there is no reason.
 * Snapshots, including those of transitive dependencies, are found in the report of the build
 * instead.
 */
export function changingPart({ texts, isLocked }: BuildFiles): string | undefined {
  if (isLocked) return undefined;
  for (const [path, text] of Object.entries(texts)) {
    const part = openIn(posix.basename(path), text);
    if (part !== undefined) return `${path} requests ${part}, which can resolve to a different version each time`;
  }
  return undefined;
}

function openIn(name: string, text: string): string | undefined {
  if (name === "gradle.properties")
    return Array.from(text.matchAll(/^[ \t]*[\w.-]+[ \t]*[=:][ \t]*(\S+)[ \t]*$/gm), ([, value = ""]) => value).find(
      isOpen,
    );
  const strings = Array.from(text.matchAll(/["']([^"'\n]+)["']/g), ([, value = ""]) => value);
  return strings.find((value) => isOpen(value) || isOpen(versionIn(value)) || versionIn(value) === "+");
}

/** `1.+` of `org.example:library:1.+@jar` */
const versionIn = (notation: string): string => /^[\w.-]+:[\w.-]+:([^@:]+)/.exec(notation)?.[1] ?? "";
/** `[1.0,2.0)`, but not `[1.0]`, which is that version alone. */
const isOpen = (version: string): boolean =>
  /^(?:\d+\.)*(?:\d+\.)\+$|^latest\.(?:release|integration|milestone)$|^[[(\]][\d\w.-]*,[\d\w.-]*[\])[]$/.test(version);

/** Plugins that write the commit into what is built, or into its version. */
const readers =
  /gradle-git-properties|git-version|axion-release|jgitver|nebula\.(?:nebula-)?release|grgit|reckon|git-versioning|grgitpublish|nemerosa\.versioning/;
/** The app's checked-out commit, if it affects the build result. */
const commitOf = async (app: App, texts: readonly string[]): Promise<string | undefined> =>
  texts.some((text) => readers.test(text)) ? checkedOutAt(app) : undefined;
