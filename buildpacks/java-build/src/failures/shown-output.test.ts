import { expect, test } from "vitest";
import { isShownOfGradle, isShownOfMaven } from "./failure.ts";

test("the log shows the steps of Maven and the reason of its failure", () => {
  const lines = `[INFO] Scanning for projects...
[INFO] 
[INFO] -----------< com.example:app >-----------
[INFO] Building app 1.0.0
[INFO]   from pom.xml
[INFO] skip non existing resourceDirectory /workspace/src/main/resources
[INFO] Tests are skipped.
[INFO] --------------------------------[ jar ]---------------------------------
[INFO] --- compiler:3.15.0:compile (default-compile) @ app ---
[INFO] ------------------------------------------------------------------------
[INFO] BUILD FAILURE
[INFO] Finished at: 2026-11-23T03:19:34Z
[ERROR] Failed to execute goal: Compilation failure
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] [Help 1] http://help.test/MojoFailureException`;
  expect(lines.split("\n").filter(isShownOfMaven())).toEqual([
    "[INFO] -----------< com.example:app >-----------",
    "[INFO] Building app 1.0.0",
    "[INFO] --------------------------------[ jar ]---------------------------------",
    "[INFO] --- compiler:3.15.0:compile (default-compile) @ app ---",
    "[INFO] BUILD FAILURE",
    "[ERROR] Failed to execute goal: Compilation failure",
  ]);
});

test("the log shows each failure of Gradle without Gradle's usage hints", () => {
  const lines = `Download https://repository.test/a.jar
> Task :compileJava FAILED
> Task :libcnbReport
1: Task failed with an exception.
* What went wrong:
Compilation failed
* Try:
> Run with --stacktrace option to get the stack trace.
==============================================================================
2: Task failed with an exception.
* Try:
> Run with --scan
BUILD FAILED in 1s`;
  expect(lines.split("\n").filter(isShownOfGradle())).toEqual([
    "> Task :compileJava FAILED",
    "1: Task failed with an exception.",
    "* What went wrong:",
    "Compilation failed",
    "==============================================================================",
    "2: Task failed with an exception.",
    "BUILD FAILED in 1s",
  ]);
});
