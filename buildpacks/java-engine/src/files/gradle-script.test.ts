import { expect, test } from "vitest";
import { readScript } from "./gradle-script.ts";

const words = new Map([
  ["javaVersion", "17"],
  ["libs.versions.java", "21"],
  ["libs.versions.java.target", "11"],
]);

test.for<[string, string]>([
  // Groovy
  ["java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }", "languageVersion 21"],
  ["java.toolchain.languageVersion = JavaLanguageVersion.of('17')", "languageVersion 17"],
  ["sourceCompatibility = '1.8'", "sourceCompatibility 1.8"],
  ["sourceCompatibility = 11", "sourceCompatibility 11"],
  ["sourceCompatibility 1.8\ntargetCompatibility 1.8", "sourceCompatibility 1.8"],
  ["java {\n  sourceCompatibility = JavaVersion.VERSION_17\n}", "sourceCompatibility 17"],
  ["sourceCompatibility = JavaVersion.VERSION_1_8", "sourceCompatibility 1.8"],
  ["sourceCompatibility = JavaVersion.toVersion('21')", "sourceCompatibility 21"],
  ["targetCompatibility = VERSION_11", "targetCompatibility 11"],
  ["tasks.withType(JavaCompile) { options.release = 17 }", "options.release 17"],
  ["compileJava { options.release.set(11) }", "options.release 11"],
  // Kotlin
  ["java { toolchain { languageVersion.set(JavaLanguageVersion.of(25)) } }", "languageVersion 25"],
  ["kotlin { jvmToolchain(21) }", "jvmToolchain 21"],
  ["kotlin { jvmToolchain { languageVersion.set(JavaLanguageVersion.of(17)) } }", "languageVersion 17"],
  ['kotlinOptions { jvmTarget = "17" }', "jvmTarget 17"],
  ["compilerOptions { jvmTarget.set(JvmTarget.JVM_21) }", "jvmTarget 21"],
  ["compilerOptions { jvmTarget = JvmTarget.JVM_1_8 }", "jvmTarget 1.8"],
  // names
  ["def javaVersion = 11\nsourceCompatibility = javaVersion", "sourceCompatibility 11"],
  ["ext { level = '1.8' }\nsourceCompatibility = level", "sourceCompatibility 1.8"],
  ["sourceCompatibility = project.javaVersion", "sourceCompatibility 17"],
  [`sourceCompatibility = "${"$"}{javaVersion}"`, "sourceCompatibility 17"],
  ['val jdk: String = "21"\njava.toolchain.languageVersion.set(JavaLanguageVersion.of(jdk))', "languageVersion 21"],
  ["languageVersion = JavaLanguageVersion.of(libs.versions.java.get())", "languageVersion 21"],
  ["languageVersion.set(JavaLanguageVersion.of(libs.versions.java.target.get().toInt()))", "languageVersion 11"],
  // what counts
  ["sourceCompatibility = 1.8\njava.toolchain.languageVersion = JavaLanguageVersion.of(17)", "languageVersion 17"],
  ["allprojects { sourceCompatibility = 11 }\nsourceCompatibility = 17", "sourceCompatibility 17"],
  [
    "// sourceCompatibility = 8\n/* sourceCompatibility = 11 */\nsourceCompatibility = 17 // not 21",
    "sourceCompatibility 17",
  ],
  ["def url = 'https://x.test/'; sourceCompatibility = 17", "sourceCompatibility 17"],
])("the Gradle script %j requests %s", ([script, expected]) => {
  const found = readScript(script, words);
  expect(found && `${found.name} ${found.wanted}`).toBe(expected);
});

test.for([
  "// sourceCompatibility = 8",
  "sourceCompatibility = System.getenv('JAVA_LEVEL')",
  "sourceCompatibility = unknown",
  "languageVersion = JavaLanguageVersion.of(providers.gradleProperty('java').get())",
  "plugins { id 'java' }\nversion = '21'",
])("the Gradle script %j requests no version", (script) => {
  expect(readScript(script, words)).toBeUndefined();
});

test.for<[string, string]>([
  ["repeated assignments without a value", "sourceCompatibility = ".repeat(50_000)],
  [
    "assignments of unknown names",
    Array.from({ length: 30_000 }, (_, index) => `sourceCompatibility = name${index}`).join("\n"),
  ],
  ["an unterminated string of backslashes", `"${"\\\\".repeat(500_000)}`],
  ["nested unclosed calls", "languageVersion = JavaLanguageVersion . of ( ".repeat(20_000)],
  ["escaped quotes", '\\"'.repeat(100_000)],
  ["unterminated comments", "/* ".repeat(60_000)],
  ["a name of 190,000 characters", `jvmTarget = ${"a".repeat(190_000)}`],
])("an overlong Gradle script requests no version: %s", ([, script]) => {
  expect(readScript(script, words)).toBeUndefined();
});
