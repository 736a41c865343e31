import { expect, test } from "vitest";
import { changingPart } from "./project.ts";

const partOf = (texts: Readonly<Record<string, string>>, isLocked = false) =>
  changingPart({ root: "", modules: [""], texts, isLocked });
const reason = (file: string, part: string) =>
  `${file} requests ${part}, which can resolve to a different version each time`;

test.each<[string, string, string]>([
  ["build.gradle", "implementation 'a.b:c:1.+'", "a.b:c:1.+"],
  ["build.gradle.kts", 'implementation("a.b:c:latest.release")', "a.b:c:latest.release"],
  ["shop/build.gradle", "implementation 'a.b:c:[1.0,2.0)'", "a.b:c:[1.0,2.0)"],
  ["build.gradle", "implementation 'a.b:c:+'", "a.b:c:+"],
  ["build.gradle", "implementation 'a.b:c:1.+@zip'", "a.b:c:1.+@zip"],
  ["build.gradle", "implementation group: 'a', name: 'b', version: '2.+'", "2.+"],
  ["build.gradle.kts", 'plugins { id("x") version "latest.release" }', "latest.release"],
  ["gradle/libs.versions.toml", '[versions]\nboot = "3.+"', "3.+"],
  ["gradle.properties", "boot=3.5.+\n", "3.5.+"],
])("the version of a Gradle dependency is treated as changeable if %s contains %j", (file, text, part) => {
  expect(partOf({ [file]: text })).toBe(reason(file, part));
});

test.each<[string, string]>([
  ["build.gradle", "version = '0.0.1-SNAPSHOT'\nimplementation 'a.b:c:1.2.3'"],
  ["build.gradle", "implementation 'a.b:c:[1.0]'"],
  ["build.gradle", "println 'a' + '+' + '1.0,2.0'"],
  ["gradle.properties", "org.gradle.jvmargs=-Xmx1g -Dx=1.+\nboot = 3.5.7"],
])("the versions of all Gradle dependencies are treated as fixed if %s contains %j", (file, text) => {
  expect(partOf({ [file]: text })).toBeUndefined();
});

test("the versions of locked Gradle dependencies are treated as fixed", () => {
  expect(partOf({ "build.gradle": "implementation 'a.b:c:1.+'" }, true)).toBeUndefined();
});
