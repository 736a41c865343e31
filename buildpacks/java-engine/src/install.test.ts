import { expect, test } from "vitest";
import { argumentsIn, isJdk, isRuntime } from "./install.ts";

test.for<[string, boolean, boolean]>([
  ["bin/java", true, true],
  ["bin/javac", true, true],
  ["conf/security/java.security", true, true],
  ["include/jni.h", true, false],
  ["jmods/java.base.jmod", true, false],
  ["legal/java.base/LICENSE", true, true],
  ["lib/modules", true, true],
  ["lib/src.zip", false, false],
  ["lib/security/cacerts", true, true],
  ["lib/server/libjvm.so", true, true],
  ["lib/server/classes.jsa", true, true],
  ["lib/server/classes_nocoops.jsa", false, false],
  ["lib/server/classes_nocoops_coh.jsa", false, false],
  ["man/man1/java.1", false, false],
  ["demo/jfc/J2Ddemo/J2Ddemo.jar", false, false],
  // Java 8
  ["src.zip", false, false],
  ["sample/nio/README", false, false],
  ["lib/tools.jar", true, true],
  ["jre/lib/rt.jar", true, true],
  ["jre/lib/amd64/server/libjvm.so", true, true],
  ["lib/amd64/server/classes_nocoops.jsa", false, false],
  ["manifest.txt", true, true],
  ["demos.txt", true, true],
])("for the file %s, isJdk() returns %s and isRuntime() returns %s", ([name, jdk, runtime]) => {
  expect([isJdk(name), isRuntime(name)]).toEqual([jdk, runtime]);
});

test.for<[string, string | undefined, readonly string[]]>([
  ["contains no arguments if it is unset", undefined, []],
  ["contains no arguments if it is empty", "", []],
  [
    "is split at blanks, and quotes are removed",
    " --strip-debug  --add-modules 'java.base,java.logging' ",
    ["--strip-debug", "--add-modules", "java.base,java.logging"],
  ],
])("BP_JVM_JLINK_ARGS %s", ([, setting, expected]) => {
  expect(argumentsIn(setting)).toEqual(expected);
});

test.for(["--output $HOME", "x; rm -r /", "'open"])("the jlink argument %j is refused", (setting) => {
  expect(() => argumentsIn(setting)).toThrow(expect.objectContaining({ code: "JAVA_LINK_ARGUMENTS_INVALID" }));
});
