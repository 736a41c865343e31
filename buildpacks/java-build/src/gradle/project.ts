import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { Project, ProjectSource } from "../build-tool.ts";
import { wantedArguments } from "./arguments.ts";
import { changingPart } from "./changing.ts";
import { commitOf } from "./commit.ts";
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
import { gradleRequests } from "./requests.ts";
import { javaWarning } from "./supported-java.ts";
import { readWrapper, type Wrapper } from "./wrapper.ts";

/** Reads Gradle's files. @throws UserError GRADLE_FILE_MISSING, GRADLE_WRAPPER_INVALID */
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
      ...(commit !== undefined && { "the commit": commit }),
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
  throw new UserError("GRADLE_FILE_MISSING", `${name} is "${path}", and the app has no such file`, {
    hint: "Name the file from the project's folder, and that folder with BP_JAVA_PROJECT_PATH.",
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
  if (home !== undefined) warnings.push(`org.gradle.java.home of ${home[0]} is not used: the JDK of the build is`);
  return warnings;
}
