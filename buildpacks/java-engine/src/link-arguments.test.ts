import { expect, test } from "vitest";
import { argumentsIn } from "./link-arguments.ts";

test.for<[string | undefined, readonly string[]]>([
  [undefined, []],
  ["", []],
  [
    " --strip-debug  --add-modules 'java.base,java.logging' ",
    ["--strip-debug", "--add-modules", "java.base,java.logging"],
  ],
])("BP_JVM_JLINK_ARGS %j", ([setting, expected]) => {
  expect(argumentsIn(setting)).toEqual(expected);
});

test.for(["--output $HOME", "x; rm -r /", "'open"])("the jlink argument %s is refused", (setting) => {
  expect(() => argumentsIn(setting)).toThrow(expect.objectContaining({ code: "JAVA_LINK_ARGUMENTS_INVALID" }));
});
