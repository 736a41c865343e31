import { expect, test } from "vitest";
import { interpolated, pluginSetting, propertyOf } from "./lineage.ts";
import { parsePom } from "./pom.ts";

const pom = (...inner: readonly string[]) => parsePom(`<project>${inner.join("")}</project>`);
/** `${name}`: the test's own are no templates of JavaScript. */
const use = (name: string) => `$\{${name}}`;
const properties = (...lines: readonly string[]) => `<properties>${lines.join("")}</properties>`;
const plugin = (artifact: string, configuration: string) =>
  `<build><plugins><plugin><artifactId>${artifact}</artifactId><configuration>${configuration}</configuration></plugin></plugins></build>`;

const child = pom(
  `<parent><groupId>g</groupId><artifactId>p</artifactId><version>1.${use("minor")}</version></parent><artifactId>c</artifactId>`,
  properties(
    `<java.version>${use("jdk")}</java.version>`,
    `<loop>${use("pool")}</loop>`,
    `<pool>${use("loop")}</pool>`,
    `<unknown>${use("nobody")}</unknown>`,
  ),
  "<profiles><profile><id>old</id>",
  properties("<jdk>8</jdk>"),
  "</profile><profile><id>usual</id><activation><activeByDefault>true</activeByDefault></activation>",
  properties("<jdk>21</jdk>"),
  "</profile></profiles>",
);
const parent = pom(
  "<groupId>g</groupId><artifactId>p</artifactId><version>1.2</version>",
  properties("<jdk>17</jdk>", "<minor>2</minor>"),
  plugin("maven-compiler-plugin", `<release>${use("java.version")}</release>`),
);

test.for<[string, readonly string[], string]>([
  ["java.version", [], "21"],
  ["java.version", ["old"], "8"],
  ["java.version", ["!usual"], "17"],
  ["minor", [], "2"],
  ["project.version", [], "1.2"],
  ["version", [], "1.2"],
  ["project.groupId", [], "g"],
  ["pom.artifactId", [], "c"],
  ["project.parent.version", [], "1.2"],
  ["project.packaging", [], "jar"],
])("the property %s of a pom with the active profiles %j is %s", ([name, profiles, expected]) => {
  expect(propertyOf([child, parent], name, { profiles })).toBe(expected);
});

test.for<[string, string]>([
  ["a cyclic property", "loop"],
  ["a property that refers to an unknown property", "unknown"],
  ["an unknown property", "nobody"],
  ["a property named like a member of JavaScript objects", "constructor"],
])("in a pom, %s has no value", ([, name]) => {
  expect(propertyOf([child, parent], name, { profiles: [] })).toBeUndefined();
});

test("plugin settings are inherited from parents and use the child's properties", () => {
  expect(pluginSetting([child, parent], "maven-compiler-plugin", "release")).toBe("21");
  expect(pluginSetting([child, parent], "maven-compiler-plugin", "source")).toBeUndefined();
});

test("property references in a text of a pom are replaced if all of them are known", () => {
  expect(interpolated([child, parent], `a-${use("minor")}-${use("project.artifactId")}.jar`)).toBe("a-2-c.jar");
  expect(interpolated([child, parent], `a-${use("nobody")}`)).toBeUndefined();
  expect(interpolated([child, parent], "a-${")).toBeUndefined();
});

test.for(["lol", ""])(
  "properties of a pom whose value would grow exponentially are left unresolved if the innermost value is %j",
  (end) => {
    const letters = [..."abcdefghijklmnop"];
    const bomb = letters.map(
      (letter, index) => `<${letter}>${use(letters[index + 1] ?? "end").repeat(10)}</${letter}>`,
    );
    expect(propertyOf([pom(properties(...bomb, `<end>${end}</end>`))], "a")).toBeUndefined();
  },
);
