import { featureOf } from "@libcnb/java-app/java-version";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App } from "libcnb";
import { textOf } from "./candidate.ts";

/**
 * The values of names that build scripts use without defining them: names from `gradle.properties`,
 * and names from the version catalog in the form `libs.versions.<name>`.
 */
export type Words = ReadonlyMap<string, string>;

/** A text, a number, `JavaVersion.VERSION_17`, `JvmTarget.JVM_17`, `JavaVersion.toVersion("17")`, or a name. */
const value = String.raw`((?:[\w.]+\s*\(\s*)?(?:"[^"\n]*"|'[^'\n]*'|[\w.]+))`;
const toolchain = String.raw`(?:\s*=\s*|\s*\.\s*set\s*\(\s*|\s*\(\s*)JavaLanguageVersion\s*\.\s*of\s*\(\s*`;
const assigned = String.raw`\s*(?:=\s*|\.\s*set\s*\(\s*)`;
const called = String.raw`\s*(?:=\s*|\(\s*)?`;

/** The notations of a Java version in a script, highest precedence first. */
const patterns: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["languageVersion", new RegExp(String.raw`\blanguageVersion\b${toolchain}${value}`, "g")],
  ["jvmToolchain", new RegExp(String.raw`\bjvmToolchain\s*\(\s*${value}`, "g")],
  ["options.release", new RegExp(String.raw`\brelease${assigned}${value}`, "g")],
  ["sourceCompatibility", new RegExp(String.raw`\bsourceCompatibility${called}${value}`, "g")],
  ["targetCompatibility", new RegExp(String.raw`\btargetCompatibility${called}${value}`, "g")],
  ["jvmTarget", new RegExp(String.raw`\bjvmTarget${assigned}${value}`, "g")],
];

/** Each may be a name that is looked for in the whole script. */
const mostValues = 20;

/**
 * Reads the Java version in a build script, as far as it can be determined without running the
 * script.
 */
export function readScript(text: string, words: Words): { readonly wanted: string; readonly name: string } | undefined {
  const script = withoutComments(text);
  for (const [name, pattern] of patterns) {
    const values = new Set([...script.matchAll(pattern)].map(([, value = ""]) => value));
    const found = [...values].slice(-mostValues).map((value) => versionIn(value, script, words));
    const wanted = found.findLast((version) => version !== undefined);
    if (wanted !== undefined) return { wanted, name };
  }
  return undefined;
}

/**
 * Removes comments. Quoted strings are kept, because URLs contain two slashes. The lengths of
 * strings and comments are limited, because the search would otherwise take long for each one that
 * is not closed.
 */
const withoutComments = (text: string): string =>
  text
    .slice(0, 200_000)
    .replace(
      /("(?:\\.|[^"\\\n]){0,1000}"|'(?:\\.|[^'\\\n]){0,1000}')|\/\/[^\n]*|\/\*[\s\S]{0,10000}?\*\//g,
      (_, quoted?: string) => quoted ?? " ",
    );

function versionIn(value: string, script: string, words: Words): string | undefined {
  const inner = value.replace(/^[\w.]+\s*\(\s*/, "");
  const text = inner.replace(/^["']|["']$/g, "");
  const constant = /(?:^|\.)(?:VERSION|JVM)_(\d+(?:_\d+)?)$/.exec(text)?.[1]?.replace("_", ".");
  const version = constant ?? text.replace(/^\$\{?(\w+)\}?$/, "$1");
  if (featureOf(version) !== undefined) return version;
  return named(version.replace(/\.(get|toInt|toInteger|asProvider|toString)\b.*$/s, ""), script, words);
}

// no expression can be made of one without end
const longestName = 200;

/**
 * The version to which a name refers: in the script (`def`, `val`, `ext.`), or in files that belong
 * to it.
 */
function named(name: string, script: string, words: Words): string | undefined {
  if (name.length > longestName) return undefined;
  const last = /^\w+$/.test(name.replace(/^(project|rootProject|ext|extra)\./g, ""))
    ? name.split(".").at(-1)
    : undefined;
  const definition = last && new RegExp(`\\b${last}\\b(?:\\s*:\\s*\\w+)?\\s*=\\s*["']?([\\d._]+)`).exec(script)?.[1];
  const found = definition || words.get(last ?? name) || words.get(name);
  return found !== undefined && featureOf(found) !== undefined ? found : undefined;
}

/** Reads the values of names that all scripts of a build can use. */
export async function wordsOf(app: App, dir: string): Promise<Words> {
  const properties = parseProperties(await textOf(app, dir, "gradle.properties"));
  const catalogue = await textOf(app, dir, "gradle/libs.versions.toml");
  const [, versions = ""] = /^\[versions\]$([\s\S]*?)(?:^\[|$(?![\s\S]))/m.exec(catalogue) ?? [];
  const entries = [...versions.matchAll(/^[ \t]*["']?([\w.-]+)["']?[ \t]*=[ \t]*["']([^"'\n]+)["']/gm)];
  return new Map([
    ...properties,
    ...entries.map(([, name = "", version = ""]) => [`libs.versions.${name.replace(/[-_]/g, ".")}`, version] as const),
  ]);
}
