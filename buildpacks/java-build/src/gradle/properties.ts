import { parseProperties } from "@libcnb/java-app/properties";
import type { Binding, Env } from "libcnb";

/** Names of values that nobody may read. */
const secretName =
  /password|passwd|passphrase|token|secret|credential|apikey|(?:^|[._-])(?:key|auth)$|(?:access|private|signing|api)[._-]?key/i;

/** The secret values in the text of a properties file, which logs must not show. */
export const secretsIn = (text: string): readonly string[] => [
  ...[...parseProperties(text)].flatMap(([name, value]) => (secretName.test(name) && value !== "" ? [value] : [])),
  ...passwordsIn(text),
];

/** Finds the passwords in the URLs of a text. */
export const passwordsIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/:\/\/[^/\s:@]*:([^/\s@]+)@/g), ([, value = ""]) => value);

/** The properties for the cache key, without credentials for repositories. */
export const withoutSecrets = (text: string): string =>
  [...parseProperties(text)]
    .filter(([name]) => !secretName.test(name) && !/user(?:name)?$/i.test(name))
    .map(([name, value]) => `${name}=${value.replace(/(:\/\/)[^/\s@]*@/g, "$1")}\n`)
    .toSorted()
    .join("");

/** Gradle project properties from environment variables, such as `ORG_GRADLE_PROJECT_repoUser`. */
export const projectVariables = (env: Env): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("ORG_GRADLE_PROJECT_") && value ? [[name, value] as const] : [],
    ),
  );

export const isSecret = (name: string): boolean => secretName.test(name);

/** The texts of a binding for Gradle. */
export interface GradleBinding {
  readonly name: string;
  /** The text of `gradle.properties`; "" if there is none. */
  readonly properties: string;
  /** Init scripts by name, in the order in which Gradle runs the scripts of a directory. */
  readonly scripts: readonly (readonly [name: string, text: string])[];
}

export const gradleBinding = (binding: Binding): GradleBinding => ({
  name: binding.name,
  properties: binding.has("gradle.properties") ? binding.text("gradle.properties") : "",
  scripts: binding.keys.filter((key) => /\.gradle(?:\.kts)?$/.test(key)).map((key) => [key, binding.text(key)]),
});
