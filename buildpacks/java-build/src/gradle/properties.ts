import { parseProperties } from "@libcnb/java-app/properties";
import type { Binding, Env } from "libcnb";

/** Matches the names of properties whose values are secret. */
const secretName =
  /password|passwd|passphrase|token|secret|credential|apikey|(?:^|[._-])(?:key|auth)$|(?:access|private|signing|api)[._-]?key/i;

/** Returns the secret values in the text of a properties file, so that logs do not show them. */
export const secretsIn = (text: string): readonly string[] => [
  ...[...parseProperties(text)].flatMap(([name, value]) => (secretName.test(name) && value !== "" ? [value] : [])),
  ...passwordsIn(text),
];

/** Finds the passwords in the URLs of a text. */
export const passwordsIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/:\/\/[^/\s:@]*:([^/\s@]+)@/g), ([, value = ""]) => value);

/**
 * Returns the text of a properties file without credentials for repositories, for the cache key.
 */
export const withoutSecrets = (text: string): string =>
  [...parseProperties(text)]
    .filter(([name]) => !secretName.test(name) && !/user(?:name)?$/i.test(name))
    .map(([name, value]) => `${name}=${value.replace(/(:\/\/)[^/\s@]*@/g, "$1")}\n`)
    .toSorted()
    .join("");

/**
 * Returns the Gradle project properties that environment variables set, such as
 * `ORG_GRADLE_PROJECT_repoUser`.
 */
export const projectVariables = (env: Env): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("ORG_GRADLE_PROJECT_") && value ? [[name, value] as const] : [],
    ),
  );

export const isSecret = (name: string): boolean => secretName.test(name);

/** The texts of the files in a binding for Gradle. */
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
