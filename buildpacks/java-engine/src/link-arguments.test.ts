import { expect, test } from "vitest";
import { argumentsIn } from "./build.ts";

test.for<[string, string | undefined, readonly string[]]>([
  ["unset", undefined, []],
  ["empty", "", []],
  [
    "quoted arguments and blanks",
    " --strip-debug  --add-modules 'java.base,java.logging' ",
    ["--strip-debug", "--add-modules", "java.base,java.logging"],
  ],
])("BP_JVM_JLINK_ARGS is split into arguments: %s", ([, setting, expected]) => {
  expect(argumentsIn(setting)).toEqual(expected);
});

test.for(["--output $HOME", "x; rm -r /", "'open"])("the jlink argument %s is refused", (setting) => {
  expect(() => argumentsIn(setting)).toThrow(expect.objectContaining({ code: "JAVA_LINK_ARGUMENTS_INVALID" }));
});
