import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderError } from "libcnb";
import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { buildFailure } from "./failure.ts";

describe("the error of a failed build contains a hint to fix the build", () => {
  test("for Maven", () => {
    const output = `[INFO] Scanning for projects...
[INFO] --------------------------< com.example:app >---------------------------
[ERROR] Failed to execute goal on project app: Could not resolve dependencies for project com.example:app:jar:1.0: Could not find artifact a.b:c:jar:1.0 in central (https://repository.test/maven2) -> [Help 1]
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] [Help 1] http://help.test/DependencyResolutionException
`;
    expect(renderError(buildFailure("maven", { exitCode: 1, output }, { file: "shop/pom.xml" }))).toBe(
      `ERROR: a.b:c:1.0 is not in any repository of the build (PACKAGES_UNKNOWN)
  caused by: the tool ended with exit code 1
HINT: Check its name and version, and check that shop/pom.xml declares the repository that contains it. If the repository needs credentials, give the build a binding of type maven.
`,
    );
  });

  test("for Gradle", () => {
    const output = `
FAILURE: Build failed with an exception.

* What went wrong:
Task 'bootJar' not found in root project 'app'.

* Try:
Run gradle tasks to get a list of available tasks.

BUILD FAILED in 1s
`;
    expect(renderError(buildFailure("gradle", { exitCode: 1, output }))).toBe(
      `ERROR: the arguments of Gradle name a task, goal or phase that does not exist (JAVA_TASK_UNKNOWN)
  caused by: the tool ended with exit code 1
HINT: Correct BP_GRADLE_BUILD_ARGUMENTS or BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS, or add the plugin that provides the task.
`,
    );
  });

  test("for an unknown failure", () => {
    expect(renderError(buildFailure("gradle", { exitCode: 3, output: "who knows" }))).toBe(
      `ERROR: Gradle could not build the app (exit code 3) (JAVA_BUILD_FAILED)
  caused by: the tool ended with exit code 3
HINT: Correct the errors that Gradle reports. To reproduce them, run the same command in a fresh clone of the app.
`,
    );
  });
});

const gone = "[ERROR] Could not find artifact a:b:jar:1 in private (file:///repository)";

// words of Gradle that the version of the samples does not have yet, not provoked, and ends without words
test.for<[string, Parameters<typeof buildFailure>, string]>([
  ["SIGKILL", ["maven", { exitCode: undefined, signal: "SIGKILL", output: "" }], "BUILD_OUT_OF_MEMORY"],
  [
    "SIGKILL of a child process of a shell, which exits with 137",
    ["gradle", { exitCode: 137, output: gone }],
    "BUILD_OUT_OF_MEMORY",
  ],
  ["another signal", ["maven", { exitCode: undefined, signal: "SIGTERM", output: "" }], "JAVA_BUILD_FAILED"],
  ["an unknown artifact", ["maven", { exitCode: 1, output: gone }], "PACKAGES_UNKNOWN"],
  [
    "an unknown artifact in an offline build",
    ["maven", { exitCode: 1, output: gone }, { isOffline: true }],
    "PACKAGES_OFFLINE_MISSING",
  ],
  [
    "a repository over http",
    [
      "gradle",
      { exitCode: 1, output: "> Using insecure protocols with repositories, without explicit opt-in, is unsupported." },
    ],
    "PACKAGES_REGISTRY_INSECURE",
  ],
  [
    "a failed verification of a dependency",
    ["gradle", { exitCode: 1, output: "Dependency verification failed for configuration ':compileClasspath':" }],
    "PACKAGES_INTEGRITY_MISMATCH",
  ],
  [
    "a dependency that is not locked",
    ["gradle", { exitCode: 1, output: "> Resolved 'a:b:1' which is not part of the dependency lock state" }],
    "PACKAGES_DEPENDENCIES_CONFLICT",
  ],
  [
    "a missing toolchain of Gradle",
    [
      "gradle",
      {
        exitCode: 1,
        output:
          "> Cannot find a Java installation on your machine matching this tasks requirements: {languageVersion=21}",
      },
    ],
    "JAVA_TOOLCHAIN_MISSING",
  ],
  [
    "a Gradle that needs a newer Java",
    [
      "gradle",
      {
        exitCode: 1,
        output: "Gradle requires JVM 17 or later to run. Your build is currently configured to use JVM 11.",
      },
    ],
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    "a Java that is too new",
    [
      "gradle",
      { exitCode: 1, output: "> BUG! exception in phase 'semantic analysis' Unsupported class file major version 69" },
    ],
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    "a plugin that needs a newer Java",
    [
      "gradle",
      { exitCode: 1, output: "> Dependency requires at least JVM runtime version 17. This build uses a Java 11 JVM." },
    ],
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    "a plugin that needs a newer Gradle",
    [
      "gradle",
      {
        exitCode: 1,
        output:
          "> Spring Boot plugin requires Gradle 7.x (7.6.4 or later) or 8.x (8.4 or later). The current version is Gradle 7.2",
      },
    ],
    "JAVA_TOOL_UNSUITABLE",
  ],
  [
    "a dependency without a version",
    ["gradle", { exitCode: 1, output: "   > Could not find org.slf4j:slf4j-api:.\n     Required by:" }],
    "PACKAGES_VERSION_MISSING",
  ],
  // of plugins and compilers whose failures the samples do not have
  [
    "a plugin that needs a git directory",
    [
      "maven",
      {
        exitCode: 1,
        output: "[ERROR] .git directory is not found! Please specify a valid [dotGitDirectory] in your pom.xml",
      },
    ],
    "JAVA_GIT_MISSING",
  ],
  [
    "a violated rule of the enforcer plugin",
    [
      "maven",
      {
        exitCode: 1,
        output: "[ERROR] Rule 0: org.apache.maven.enforcer.rules.dependency.DependencyConvergence failed with message:",
      },
    ],
    "JAVA_CHECK_FAILED",
  ],
  [
    "violations of Checkstyle",
    ["maven", { exitCode: 1, output: "[ERROR] Failed during checkstyle execution: You have 3 Checkstyle violations." }],
    "JAVA_CHECK_FAILED",
  ],
  [
    "a missing toolchain of Maven",
    [
      "maven",
      { exitCode: 1, output: "[ERROR] Cannot find matching toolchain definitions for the following toolchain types:" },
    ],
    "JAVA_TOOLCHAIN_MISSING",
  ],
  [
    "a missing main class",
    ["maven", { exitCode: 1, output: "repackage failed: Unable to find main class -> [Help 1]" }],
    "JAVA_MAIN_CLASS_MISSING",
  ],
  [
    "a file in another encoding",
    ["maven", { exitCode: 1, output: "filtering a.properties failed with MalformedInputException: Input length = 1" }],
    "JAVA_ENCODING_INVALID",
  ],
  [
    "a library that needs a newer Java",
    [
      "maven",
      { exitCode: 1, output: "[ERROR] COMPILATION ERROR :\n[ERROR] class file has wrong version 61.0, should be 55.0" },
    ],
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    "a Lombok that is too old",
    [
      "maven",
      {
        exitCode: 1,
        output:
          "java.lang.IllegalAccessError: class lombok.javac.apt.LombokProcessor (in unnamed module @0x1) cannot access class",
      },
    ],
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    "a compiler that crashed",
    [
      "maven",
      {
        exitCode: 1,
        output:
          "[ERROR] COMPILATION ERROR :\njava.lang.StackOverflowError\n\tat com.sun.tools.javac.code.Types.a(Types.java)",
      },
    ],
    "JAVA_COMPILATION_FAILED",
  ],
])("%s is recognized as the cause of a failed Java build", ([, given, code]) => {
  expect(buildFailure(...given).code).toBe(code);
});

test("the buildpack's reference page lists each error code with the description from catalogue.ts", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/reference/buildpacks/java-build.md"), "utf8");
  const rows = page.match(/^\| `\w+` \| .* \|$/gm);
  expect(rows).toEqual(
    expect.arrayContaining(Object.entries(catalogue).map(([id, { when }]) => `| \`${id}\` | ${when} |`)),
  );
});

test("the output of a failed Java build is parsed in linear time", () => {
  const hostile = [
    "Could not find artifact a:b:".repeat(5_000),
    "Could not find a:".repeat(5_000),
    "Child module a of ".repeat(5_000),
    "\n* Try:".repeat(2_000),
    "Plugin [id: 'a' ".repeat(5_000),
    "[ERROR] ".repeat(9_000),
    "a:".repeat(50_000),
    "   ".repeat(50_000),
  ].join("\n");
  for (const tool of ["maven", "gradle"] as const)
    expect(buildFailure(tool, { exitCode: 1, output: hostile }).code).toBe("JAVA_BUILD_FAILED");
});
