import { catalogue, type ToolFailures } from "./catalogue.ts";
import { artifact, commonPatterns, firstPatterns } from "./common.ts";

/** The failure table of Gradle: patterns of its output and values for placeholders. */
export const gradleFailures: ToolFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    // unambiguous messages
    {
      code: "JAVA_NODE_UNREACHABLE",
      pattern: /Could not (?:find|resolve|get|download|HEAD|GET) [^\n]*\borg\.nodejs[:/]/,
    },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: /available for offline mode/ },
    { code: "PACKAGES_REGISTRY_INSECURE", pattern: /Using insecure protocols with repositories/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /Dependency verification failed/ },
    {
      code: "JAVA_SETTINGS_INVALID",
      pattern:
        /Unrecognized (?:VM )?option|Unknown command-line option|Java home supplied|given for org\.gradle\.java\.home|JAVA_HOME is set to an invalid directory|Unable to start the daemon process/,
    },
    {
      code: "JAVA_WRAPPER_FAILED",
      pattern:
        /org\.gradle\.wrapper\.GradleWrapperMain|Unable to access jarfile \S*gradle-wrapper|Verification of Gradle distribution failed|FileNotFoundException: \S*gradle-[\w.-]+\.zip/,
    },
    { code: "PACKAGES_REPOSITORY_MISSING", pattern: /because no repositories are defined/ },
    {
      code: "PACKAGES_DEPENDENCIES_CONFLICT",
      pattern:
        /A conflict was found between the following modules|Conflicts? found for the following modules?|Cannot find a version of '[^'\n]*' that satisfies|part of the dependency lock state/,
    },
    { code: "PACKAGES_VERSION_MISSING", pattern: /Could not find [^\s:]+:[^\s:]+:\.(?:\s|$)/ },
    {
      code: "PACKAGES_ARCHIVE_INVALID",
      pattern: /Could not parse POM|Malformed jar|zip END header not found|error in opening zip file/,
    },
    {
      code: "JAVA_TOOLCHAIN_MISSING",
      pattern:
        /No matching toolchains found|Cannot find a Java installation|No locally installed toolchains match|Could not find or download/i,
    },
    {
      code: "JAVA_VERSION_UNSUITABLE",
      pattern:
        /Could not determine java version from|requires (?:at least )?(?:JVM|Java) (?:runtime version )?\d+|(?:is only compatible with|declares an? [^\n]*compatible with) (?:JVM runtime version|Java) \d+|Gradle \S+ requires Java \d+/,
    },
    {
      code: "JAVA_TOOL_UNSUITABLE",
      pattern:
        /requires Gradle \d|requires at least Gradle|Minimum supported Gradle version is|current version is Gradle/i,
    },
    {
      code: "JAVA_TASK_UNKNOWN",
      pattern: /Task '[^'\n]*' (?:not found in|is ambiguous)|Cannot locate tasks that match/,
    },
    {
      code: "JAVA_MODULE_UNKNOWN",
      pattern:
        /Project with path '[^'\n]*' could not be found|[Pp]roject '[^'\n]*' not found in|without an existing directory/,
    },
    {
      code: "JAVA_BUILD_FILE_MISSING",
      pattern: /Could not read script '[^'\n]*' as it does not exist|does not contain a Gradle build/,
    },
    { code: "JAVA_PROPERTY_MISSING", pattern: /Could not get unknown property '/ },
    { code: "JAVA_TESTS_FAILED", pattern: /There were failing tests/ },
    { code: "JAVA_CHECK_FAILED", pattern: /Checkstyle rule violations were found|violations were found/ },
    { code: "JAVA_PROGRAM_MISSING", pattern: /A problem occurred starting process/ },
    { code: "JAVA_PROGRAM_FAILED", pattern: /finished with non-zero exit value/ },
    {
      code: "JAVA_MAIN_CLASS_MISSING",
      pattern: /Unable to find a single main class|Main class name has not been configured/,
    },
    ...commonPatterns,
    // final messages, which may follow another reason
    {
      code: "PACKAGES_UNKNOWN",
      pattern:
        /Could not find any version that matches|Could not find \S+:\S+|Plugin \[id: [^\n]* was not found|Plugin with id '[^'\n]*' not found/,
    },
    {
      code: "JAVA_COMPILATION_FAILED",
      pattern: /Compilation failed; see the compiler|Compilation error|warnings found and -Werror specified/,
    },
    {
      code: "JAVA_BUILD_FILE_INVALID",
      pattern:
        /Could not compile (?:build|settings|script|initialization)|A problem occurred (?:evaluating|configuring)|Script compilation error/,
    },
  ],
  fallback: "JAVA_BUILD_FAILED",
  placeholders: {
    TOOL: "Gradle",
    FILE: "build.gradle",
    BINDING: "gradle",
    CREDENTIALS: "a gradle.properties that sets the properties for the credentials",
    LOCK: '"gradle dependencies --write-locks"',
    MEMORY: "org.gradle.jvmargs=-Xmx1g in gradle.properties",
    ARGUMENTS: "BP_GRADLE_BUILD_ARGUMENTS or BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS",
    SETTINGS: "gradle.properties or GRADLE_OPTS",
    TOOL_VERSION: "BP_GRADLE_VERSION",
    MAIN_CLASS: "mainClass in springBoot or application of the build file",
    ARTIFACT: artifact,
  },
};
