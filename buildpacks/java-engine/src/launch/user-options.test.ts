import { expect, test } from "vitest";
import { quotedForJava, userOptions } from "./user-options.ts";

test.for<[string, Readonly<Record<string, string>>, has: boolean, rest: string | undefined]>([
  ["is found in JAVA_TOOL_OPTIONS", { JAVA_TOOL_OPTIONS: "-Xmx1g" }, true, "1g"],
  ["is found in JDK_JAVA_OPTIONS", { JDK_JAVA_OPTIONS: "-server -Xmx1g" }, true, "1g"],
  ["is found in JAVA_OPTS", { JAVA_OPTS: "-Xmx1g -server" }, true, "1g"],
  ["is found in quotes", { JAVA_OPTS: `-Da=b "-Xmx1g"` }, true, "1g"],
  ["is found in single quotes", { JAVA_OPTS: "'-Xmx1g'" }, true, "1g"],
  ["is found after a line feed", { JAVA_OPTS: "-Da=b\n-Xmx1g\n" }, true, "1g"],
  ["is found after a tab", { JAVA_OPTS: "-Da=b\t-Xmx1g\t-Db=c" }, true, "1g"],
  [
    "has its last value if the option is set several times",
    { JAVA_TOOL_OPTIONS: "-Xmx1g", JAVA_OPTS: "-Xmx2g -Xmx3g" },
    true,
    "3g",
  ],
  ["is found without a value", { JAVA_OPTS: "-Xmx" }, true, ""],
  ["is not found inside another option", { JAVA_OPTS: "-Dx=-Xmx1g" }, false, undefined],
  ["is not found in a variable that Java does not read", { CATALINA_OPTS: "-Xmx1g" }, false, undefined],
  ["is not found if no variable is set", {}, false, undefined],
])("the user's JVM option -Xmx %s", ([, env, has, rest]) => {
  const user = userOptions(env);
  expect([user.has("-Xms", "-Xmx"), user.rest("-Xmx")]).toEqual([has, rest]);
});

test.for([
  ["-Dx=a b", '"-Dx=a b"'],
  ['-Dx="a"', `"-Dx="'"'"a"'"'""`],
  ["-Dx='", `"-Dx='"`],
  ["-Dx=\\", `"-Dx=\\"`],
])("the option %j is quoted for Java", ([option = "", expected]) => expect(quotedForJava(option)).toBe(expected));
