import type { FailureTable, FailureText } from "libcnb/kit";

/** Texts of failures in downloads. */
const dependencies = {
  PACKAGES_UNKNOWN: {
    when: "a dependency, plugin or parent is not in any repository, or not in the requested version",
    message: "ARTIFACT is not in any repository of the build",
    hint: "Check its name and version, and check that FILE declares the repository that contains it. If the repository needs credentials, give the build a binding of type BINDING.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the tool runs offline, and a dependency is not in its cache",
    message: "ARTIFACT is not in the cache, and TOOL runs offline",
    hint: "Build once with network access, or remove --offline.",
  },
  PACKAGES_REGISTRY_UNREACHABLE: {
    when: "a repository cannot be reached",
    message: "a repository could not be reached",
    hint: "Check the network and the address of the repository, or set HTTPS_PROXY and NO_PROXY for the build; to use a mirror, give the build a binding of type BINDING.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "a repository refuses the credentials, or none are set",
    message: "a repository refused access",
    hint: "Give the build a binding of type BINDING with CREDENTIALS. Status 407 comes from a proxy: set its user name and password in HTTPS_PROXY.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "a repository answers with an error, or limits the rate of requests",
    message: "a repository could not serve a file",
    hint: "Build again later, or use a mirror with a binding of type BINDING.",
  },
  PACKAGES_REGISTRY_INSECURE: {
    when: "a build file declares a repository with an http:// URL",
    message: "TOOL refuses to download from a repository with an http:// URL",
    hint: "Change the URL to https:// in FILE or in the settings of TOOL. If the network is private, you can allow http there instead.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the certificate of a repository, or the certificate is not valid",
    message: "the build does not trust the certificate of a repository",
    hint: "Give the build a binding of type ca-certificates with the CA certificate of your organisation. If the certificate has expired or is for another host, the repository's operator must replace it.",
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "a downloaded file does not match its checksum or the dependency verification",
    message: "a downloaded file does not match its expected checksum",
    hint: "Find out why the repository serves a different file: a mirror may be incomplete, or the file was replaced. If Gradle verifies dependencies and the new file is legitimate, record its checksum in gradle/verification-metadata.xml.",
  },
  PACKAGES_ARCHIVE_INVALID: {
    when: "the downloaded file is not a jar or pom",
    message: "TOOL cannot read a downloaded file",
    hint: "Look at the file in the repository: its upload may be incomplete, or a proxy may serve an error page.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies conflict with each other or with their locked versions",
    message: "the dependencies in FILE conflict with each other",
    hint: "Choose one of the versions shown above, with dependencyManagement in Maven or a constraint in Gradle. To update locked versions, run LOCK.",
  },
  PACKAGES_REPOSITORY_MISSING: {
    when: "the build file declares no repository to download from",
    message: "FILE declares no repository from which TOOL can download ARTIFACT",
    hint: "Add repositories { mavenCentral() } to FILE. For plugins, add it to pluginManagement in settings.gradle.",
  },
  PACKAGES_VERSION_MISSING: {
    when: "a dependency has no version, and no parent or platform gives it one",
    message: "a dependency in FILE has no version",
    hint: "Add its version, or import the platform (BOM) or parent that defines it.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/** Texts of failures in the project, its Java, and the machine. */
const project = {
  JAVA_BUILD_FILE_INVALID: {
    when: "the tool cannot read or run a build file",
    message: "TOOL cannot read a build file of the app",
    hint: "Correct the error shown above; look for merge conflict markers.",
  },
  JAVA_BUILD_FILE_MISSING: {
    when: "a file or directory that a build file names does not exist",
    message: "a file or directory that the build needs does not exist",
    hint: "Check that the file is committed and that project.toml does not exclude it. BP_JAVA_PROJECT_PATH sets the directory of the project.",
  },
  JAVA_MODULE_UNKNOWN: {
    when: "a requested module of the project does not exist, or modules depend on each other in a cycle",
    message: "a module of the project does not exist, or the modules depend on each other in a cycle",
    hint: "Check the names and directories of the modules in FILE and in the arguments of the build.",
  },
  JAVA_TASK_UNKNOWN: {
    when: "the arguments of the tool name a task, goal or phase that does not exist",
    message: "the arguments of TOOL name a task, goal or phase that does not exist",
    hint: "Correct ARGUMENTS, or add the plugin that provides the task.",
  },
  JAVA_PROPERTY_MISSING: {
    when: "a build file reads a property that is not set",
    message: "a build file reads a property that is not set",
    hint: "Set the property in the build file or with ARGUMENTS. For credentials, use a binding of type BINDING.",
  },
  JAVA_SETTINGS_INVALID: {
    when: "the tool does not accept its settings or options, or those of its JVM",
    message: "TOOL does not accept a setting or an option",
    hint: "Correct the setting named above. It can be in ARGUMENTS, in SETTINGS, or in a file of a binding.",
  },
  JAVA_WRAPPER_FAILED: {
    when: "the wrapper cannot start or download the tool",
    message: "the TOOL wrapper of the app could not start TOOL",
    hint: "Run the wrapper in a fresh clone of the app. Commit all files of the wrapper, including *.jar (see .gitignore), and check its distributionUrl.",
  },
  JAVA_VERSION_UNSUITABLE: {
    when: "the source, a library, a plugin or the tool itself needs another version of Java",
    message: "the build needs a different version of Java",
    hint: "Set BP_JVM_VERSION to the version named above, or declare that version in the build file. Otherwise use libraries and plugins that support the Java of this build.",
  },
  JAVA_TOOL_UNSUITABLE: {
    when: "a plugin or the project needs another version of Maven or Gradle",
    message: "the build needs a different version of TOOL",
    hint: "Set TOOL_VERSION to the version named above, or commit a wrapper of that version.",
  },
  JAVA_TOOLCHAIN_MISSING: {
    when: "the project requires a Java toolchain that the build does not have",
    message: "the project requires a Java toolchain that the build does not have",
    hint: "Set BP_JVM_VERSION to that version: the build has only one JDK.",
  },
  JAVA_COMPILATION_FAILED: {
    when: "the source does not compile",
    message: "the source does not compile",
    hint: "Correct the compiler errors shown above. If the app uses generated code, generate it in this build as well.",
  },
  JAVA_TESTS_FAILED: {
    when: "tests of the app fail, in a build that is configured to run them",
    message: "tests of the app failed",
    hint: "Correct the tests, or run them elsewhere, such as in CI. Without ARGUMENTS, the build runs no tests.",
  },
  JAVA_CHECK_FAILED: {
    when: "a check that the project configures fails, for example for rules, code style or licences",
    message: "a check of the project, such as a code style rule, failed",
    hint: "Correct the reported problems. To run the check elsewhere, such as in CI, skip it here with ARGUMENTS.",
  },
  JAVA_GIT_MISSING: {
    when: "a plugin reads the git repository, which is not part of the build",
    message: "a plugin reads the git repository, which is not part of the build",
    hint: "Configure the plugin to accept a missing repository: for the git-commit-id plugin, set failOnNoGitDirectory=false. If .git is part of the build, the buildpack libcnb/git labels the image with the commit.",
  },
  JAVA_NODE_UNREACHABLE: {
    when: "a plugin cannot download its own Node.js",
    message: "a plugin of the build could not download Node.js",
    hint: "Set a mirror: BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS=-DnodeDownloadRoot=https://mirror.example.com/ for frontend-maven-plugin, distBaseUrl for the Node.js plugin of Gradle. Or build the front end without the plugin: libcnb/front-end runs the script build of package.json before TOOL.",
  },
  JAVA_PROGRAM_MISSING: {
    when: "the build runs a program that the build image does not have",
    message: "the build runs a program that the build image does not have",
    hint: "For node, npm, yarn and pnpm, set BP_JAVA_INSTALL_NODE=true, and put libcnb/front-end before libcnb/java-build in the order. For another program, use a build image that contains it, or a plugin that downloads it.",
  },
  JAVA_PROGRAM_FAILED: {
    when: "a program that the build runs fails",
    message: "a program that the build runs failed",
    hint: "See the output of the program above.",
  },
  JAVA_MAIN_CLASS_MISSING: {
    when: "the app has no main class, or several",
    message: "the build cannot determine the main class of the app",
    hint: "Give one class a main method, or set the main class: MAIN_CLASS.",
  },
  JAVA_ENCODING_INVALID: {
    when: "a source file is not in the encoding that the build expects",
    message: "a source file is not in the encoding that the build expects",
    hint: "Save the file in UTF-8, or exclude binary files from resource filtering.",
  },
  JAVA_FILE_FORBIDDEN: {
    when: "the tool has no permission to read or write a file",
    message: "TOOL has no permission to read or write a file",
    hint: "Make the user of the build the owner of the app's files, and do not upload the output of an earlier build.",
  },
  JAVA_BUILD_FAILED: {
    when: "any other failure; the error shows the last lines of the tool",
    message: "TOOL could not build the app (ENDING)",
    hint: "Correct the errors that TOOL reports. To reproduce them, run the same command in a fresh clone of the app.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "the build needs more memory than its limit",
    message: "the build needs more memory than its limit",
    hint: "Give the build more memory, or change the heap size of TOOL: MEMORY.",
  },
  BUILD_DISK_FULL: {
    when: "the disk of the build is full",
    message: "the disk of the build is full",
    hint: "Free some space, or give the build a larger disk.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/**
 * The texts of all recognized failures, by code. The codes never change, and are the same for both
 * tools. They are documented in docs/reference/buildpacks/java-build.md.
 */
export const catalogue = { ...dependencies, ...project };

/** The code of a failure in {@link catalogue}. */
export type FailureCode = keyof typeof catalogue;

/** The recognized failures of one tool, with values for all placeholders of the catalogue. */
export type ToolFailures = FailureTable<
  FailureCode,
  | "TOOL"
  | "FILE"
  | "BINDING"
  | "CREDENTIALS"
  | "LOCK"
  | "MEMORY"
  | "ARGUMENTS"
  | "SETTINGS"
  | "TOOL_VERSION"
  | "MAIN_CLASS"
  | "ARTIFACT"
>;
