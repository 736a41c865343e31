import { expect, test } from "vitest";
import { quotedForJava, userOptions } from "./user-options.ts";

test.for<[string, Readonly<Record<string, string>>, has: boolean, rest: string | undefined]>([
  ["in JAVA_TOOL_OPTIONS", { JAVA_TOOL_OPTIONS: "-Xmx1g" }, true, "1g"],
  ["in JDK_JAVA_OPTIONS", { JDK_JAVA_OPTIONS: "-server -Xmx1g" }, true, "1g"],
  ["in JAVA_OPTS", { JAVA_OPTS: "-Xmx1g -server" }, true, "1g"],
  ["in quotes", { JAVA_OPTS: `-Da=b "-Xmx1g"` }, true, "1g"],
  ["in single quotes", { JAVA_OPTS: "'-Xmx1g'" }, true, "1g"],
  ["after a line feed", { JAVA_OPTS: "-Da=b\n-Xmx1g\n" }, true, "1g"],
  ["after a tab", { JAVA_OPTS: "-Da=b\t-Xmx1g\t-Db=c" }, true, "1g"],
  ["twice, and the last one is used", { JAVA_TOOL_OPTIONS: "-Xmx1g", JAVA_OPTS: "-Xmx2g -Xmx3g" }, true, "3g"],
  ["without a value", { JAVA_OPTS: "-Xmx" }, true, ""],
  ["inside of another option, which does not count", { JAVA_OPTS: "-Dx=-Xmx1g" }, false, undefined],
  ["in another variable, which does not count", { CATALINA_OPTS: "-Xmx1g" }, false, undefined],
  ["in no variable", {}, false, undefined],
])("the user's option is found %s", ([, env, has, rest]) => {
  const user = userOptions(env);
  expect([user.has("-Xms", "-Xmx"), user.rest("-Xmx")]).toEqual([has, rest]);
});

test.for([
  ["-Dx=a b", '"-Dx=a b"'],
  ['-Dx="a"', `"-Dx="'"'"a"'"'""`],
  ["-Dx='", `"-Dx='"`],
  ["-Dx=\\", `"-Dx=\\"`],
])("the option %s is quoted for Java", ([option = "", expected]) => expect(quotedForJava(option)).toBe(expected));
