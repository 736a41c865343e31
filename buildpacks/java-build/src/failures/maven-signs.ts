import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Unambiguous messages of Maven. */
export const mavenSigns: readonly Sign<FailureId>[] = [
  [/Could not download (?:Node\.js|npm|Yarn|pnpm|Corepack)\b/i, "JAVA_NODE_UNREACHABLE"],
  [/in offline mode/, "PACKAGES_OFFLINE_MISSING"],
  [/Blocked mirror for repositories/, "PACKAGES_REGISTRY_INSECURE"],
  [/Checksum validation failed/, "PACKAGES_INTEGRITY_MISMATCH"],
  [
    /Unrecognized (?:VM )?option|Could not create the Java Virtual Machine|Unable to parse (?:command line|maven\.config)|settings file does not exist|Non-parseable settings|JAVA_HOME (?:environment variable )?is not defined correctly/i,
    "JAVA_SETTINGS_INVALID",
  ],
  [
    /Failed to validate Maven distribution|cannot find or download maven|Failed to fetch \S*apache-maven|org\.apache\.maven\.wrapper\.MavenWrapperMain/i,
    "JAVA_WRAPPER_FAILED",
  ],
  [
    /Child module \S+ of \S+ does not exist|contain a cyclic reference|Could not find the selected project in the reactor/,
    "JAVA_MODULE_UNKNOWN",
  ],
  [
    /there is no POM in this directory|POM file \S+ specified with the|Error (?:reading assemblies|locating assembly descriptor)|webxml attribute is required/,
    "JAVA_BUILD_FILE_MISSING",
  ],
  [
    /Unknown lifecycle phase|Could not find goal '|No plugin found for prefix '|No goals have been specified/,
    "JAVA_TASK_UNKNOWN",
  ],
  [/must be a valid version but is '\$\{|Property "[^"\n]*" is required for this build/, "JAVA_PROPERTY_MISSING"],
  [/'dependencies\.dependency\.version' for \S+ is missing/, "PACKAGES_VERSION_MISSING"],
  [/requires Maven version|Detected Maven Version/, "JAVA_TOOL_UNSUITABLE"],
  [/No toolchain found for type|Cannot find matching toolchain/, "JAVA_TOOLCHAIN_MISSING"],
  [/Detected JDK (?:version|[^\n]* is version)/i, "JAVA_VERSION_UNSUITABLE"],
  [/\.git directory is not found/, "JAVA_GIT_MISSING"],
  [/There are test failures/, "JAVA_TESTS_FAILED"],
  [/Checkstyle violation|Rule \d+: [\w.$]+ failed with message|maven-enforcer-plugin/, "JAVA_CHECK_FAILED"],
  [/Unable to find (?:a single )?main class/i, "JAVA_MAIN_CLASS_MISSING"],
  [/MalformedInputException|Input length = \d/, "JAVA_ENCODING_INVALID"],
  [/Cannot run program/, "JAVA_PROGRAM_MISSING"],
  [/Command execution failed|An Ant BuildException has occured/, "JAVA_PROGRAM_FAILED"],
];

/** Maven's final messages, which may follow another reason. */
export const mavenLastSigns: readonly Sign<FailureId>[] = [
  [/zip END header not found|error in opening zip file|The POM for \S+ is invalid/, "PACKAGES_ARCHIVE_INVALID"],
  [
    /Could not find artifact|No versions available for|was not found in \S+ during a previous attempt|Failure to find/,
    "PACKAGES_UNKNOWN",
  ],
  [/COMPILATION ERROR|Compilation failure/, "JAVA_COMPILATION_FAILED"],
  [
    /Non-parseable POM|Malformed POM|The build could not read \d+ project|problems were encountered while processing the POMs|Unknown packaging|The parameters [^\n]* are missing or invalid/,
    "JAVA_BUILD_FILE_INVALID",
  ],
];
