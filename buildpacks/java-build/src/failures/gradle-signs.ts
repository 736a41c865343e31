import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Unambiguous messages of Gradle. */
export const gradleSigns: readonly Sign<FailureId>[] = [
  [/Could not (?:find|resolve|get|download|HEAD|GET) [^\n]*\borg\.nodejs[:/]/, "JAVA_NODE_UNREACHABLE"],
  [/available for offline mode/, "PACKAGES_OFFLINE_MISSING"],
  [/Using insecure protocols with repositories/, "PACKAGES_REGISTRY_INSECURE"],
  [/Dependency verification failed/, "PACKAGES_INTEGRITY_MISMATCH"],
  [
    /Unrecognized (?:VM )?option|Unknown command-line option|Java home supplied|given for org\.gradle\.java\.home|JAVA_HOME is set to an invalid directory|Unable to start the daemon process/,
    "JAVA_SETTINGS_INVALID",
  ],
  [
    /org\.gradle\.wrapper\.GradleWrapperMain|Unable to access jarfile \S*gradle-wrapper|Verification of Gradle distribution failed|FileNotFoundException: \S*gradle-[\w.-]+\.zip/,
    "JAVA_WRAPPER_FAILED",
  ],
  [/because no repositories are defined/, "PACKAGES_REPOSITORY_MISSING"],
  [
    /A conflict was found between the following modules|Conflicts? found for the following modules?|Cannot find a version of '[^'\n]*' that satisfies|part of the dependency lock state/,
    "PACKAGES_DEPENDENCIES_CONFLICT",
  ],
  [/Could not find [^\s:]+:[^\s:]+:\.(?:\s|$)/, "PACKAGES_VERSION_MISSING"],
  [/Could not parse POM|Malformed jar|zip END header not found|error in opening zip file/, "PACKAGES_ARCHIVE_INVALID"],
  [
    /No matching toolchains found|Cannot find a Java installation|No locally installed toolchains match|Could not find or download/i,
    "JAVA_TOOLCHAIN_MISSING",
  ],
  [
    /Could not determine java version from|requires (?:at least )?(?:JVM|Java) (?:runtime version )?\d+|(?:is only compatible with|declares an? [^\n]*compatible with) (?:JVM runtime version|Java) \d+|Gradle \S+ requires Java \d+/,
    "JAVA_VERSION_UNSUITABLE",
  ],
  [
    /requires Gradle \d|requires at least Gradle|Minimum supported Gradle version is|current version is Gradle/i,
    "JAVA_TOOL_UNSUITABLE",
  ],
  [/Task '[^'\n]*' (?:not found in|is ambiguous)|Cannot locate tasks that match/, "JAVA_TASK_UNKNOWN"],
  [
    /Project with path '[^'\n]*' could not be found|[Pp]roject '[^'\n]*' not found in|without an existing directory/,
    "JAVA_MODULE_UNKNOWN",
  ],
  [/Could not read script '[^'\n]*' as it does not exist|does not contain a Gradle build/, "JAVA_BUILD_FILE_MISSING"],
  [/Could not get unknown property '/, "JAVA_PROPERTY_MISSING"],
  [/There were failing tests/, "JAVA_TESTS_FAILED"],
  [/Checkstyle rule violations were found|violations were found/, "JAVA_CHECK_FAILED"],
  [/A problem occurred starting process/, "JAVA_PROGRAM_MISSING"],
  [/finished with non-zero exit value/, "JAVA_PROGRAM_FAILED"],
  [/Unable to find a single main class|Main class name has not been configured/, "JAVA_MAIN_CLASS_MISSING"],
];

/** Gradle's final messages, which may follow another reason. */
export const gradleLastSigns: readonly Sign<FailureId>[] = [
  [
    /Could not find any version that matches|Could not find \S+:\S+|Plugin \[id: [^\n]* was not found|Plugin with id '[^'\n]*' not found/,
    "PACKAGES_UNKNOWN",
  ],
  [
    /Compilation failed; see the compiler|Compilation error|warnings found and -Werror specified/,
    "JAVA_COMPILATION_FAILED",
  ],
  [
    /Could not compile (?:build|settings|script|initialization)|A problem occurred (?:evaluating|configuring)|Script compilation error/,
    "JAVA_BUILD_FILE_INVALID",
  ],
];
