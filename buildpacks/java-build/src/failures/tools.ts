import type { ToolName } from "../build-tool.ts";
import { catalogue, type ToolFailures } from "./catalogue.ts";
import { artifact, commonPatterns, firstPatterns } from "./common.ts";

/** The failure table of Maven: patterns of its output and values for placeholders. */
const mavenFailures: ToolFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    // unambiguous messages
    { code: "JAVA_NODE_UNREACHABLE", pattern: /Could not download (?:Node\.js|npm|Yarn|pnpm|Corepack)\b/i },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: /in offline mode/ },
    { code: "PACKAGES_REGISTRY_INSECURE", pattern: /Blocked mirror for repositories/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /Checksum validation failed/ },
    {
      code: "JAVA_SETTINGS_INVALID",
      pattern:
        /Unrecognized (?:VM )?option|Could not create the Java Virtual Machine|Unable to parse (?:command line|maven\.config)|settings file does not exist|Non-parseable settings|JAVA_HOME (?:environment variable )?is not defined correctly/i,
    },
    {
      code: "JAVA_WRAPPER_FAILED",
      pattern:
        /Failed to validate Maven distribution|cannot find or download maven|Failed to fetch \S*apache-maven|org\.apache\.maven\.wrapper\.MavenWrapperMain/i,
    },
    {
      code: "JAVA_MODULE_UNKNOWN",
      pattern:
        /Child module \S+ of \S+ does not exist|contain a cyclic reference|Could not find the selected project in the reactor/,
    },
    {
      code: "JAVA_BUILD_FILE_MISSING",
      pattern:
        /there is no POM in this directory|POM file \S+ specified with the|Error (?:reading assemblies|locating assembly descriptor)|webxml attribute is required/,
    },
    {
      code: "JAVA_TASK_UNKNOWN",
      pattern:
        /Unknown lifecycle phase|Could not find goal '|No plugin found for prefix '|No goals have been specified/,
    },
    {
      code: "JAVA_PROPERTY_MISSING",
      pattern: /must be a valid version but is '\$\{|Property "[^"\n]*" is required for this build/,
    },
    { code: "PACKAGES_VERSION_MISSING", pattern: /'dependencies\.dependency\.version' for \S+ is missing/ },
    { code: "JAVA_TOOL_UNSUITABLE", pattern: /requires Maven version|Detected Maven Version/ },
    { code: "JAVA_TOOLCHAIN_MISSING", pattern: /No toolchain found for type|Cannot find matching toolchain/ },
    { code: "JAVA_VERSION_UNSUITABLE", pattern: /Detected JDK (?:version|[^\n]* is version)/i },
    { code: "JAVA_GIT_MISSING", pattern: /\.git directory is not found/ },
    { code: "JAVA_TESTS_FAILED", pattern: /There are test failures/ },
    {
      code: "JAVA_CHECK_FAILED",
      pattern: /Checkstyle violation|Rule \d+: [\w.$]+ failed with message|maven-enforcer-plugin/,
    },
    { code: "JAVA_MAIN_CLASS_MISSING", pattern: /Unable to find (?:a single )?main class/i },
    { code: "JAVA_ENCODING_INVALID", pattern: /MalformedInputException|Input length = \d/ },
    { code: "JAVA_PROGRAM_MISSING", pattern: /Cannot run program/ },
    { code: "JAVA_PROGRAM_FAILED", pattern: /Command execution failed|An Ant BuildException has occured/ },
    ...commonPatterns,
    // final messages, which may follow another reason
    {
      code: "PACKAGES_ARCHIVE_INVALID",
      pattern: /zip END header not found|error in opening zip file|The POM for \S+ is invalid/,
    },
    {
      code: "PACKAGES_UNKNOWN",
      pattern:
        /Could not find artifact|No versions available for|was not found in \S+ during a previous attempt|Failure to find/,
    },
    { code: "JAVA_COMPILATION_FAILED", pattern: /COMPILATION ERROR|Compilation failure/ },
    {
      code: "JAVA_BUILD_FILE_INVALID",
      pattern:
        /Non-parseable POM|Malformed POM|The build could not read \d+ project|problems were encountered while processing the POMs|Unknown packaging|The parameters [^\n]* are missing or invalid/,
    },
  ],
  fallback: "JAVA_BUILD_FAILED",
  placeholders: {
    TOOL: "Maven",
    FILE: "pom.xml",
    BINDING: "maven",
    CREDENTIALS: "a settings.xml that has a server with the id of the repository",
    LOCK: "the plugin that locked them",
    MEMORY: "MAVEN_OPTS=-Xmx1g",
    ARGUMENTS: "BP_MAVEN_BUILD_ARGUMENTS or BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS",
    SETTINGS: ".mvn/maven.config, .mvn/jvm.config or MAVEN_OPTS",
    TOOL_VERSION: "BP_MAVEN_VERSION",
    MAIN_CLASS: "start-class in the properties of pom.xml",
    ARTIFACT: artifact,
  },
};

/** The failure table of Gradle: patterns of its output and values for placeholders. */
const gradleFailures: ToolFailures = {
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

/** The failure tables of Maven and Gradle. */
export const toolFailures: Readonly<Record<ToolName, ToolFailures>> = { maven: mavenFailures, gradle: gradleFailures };
