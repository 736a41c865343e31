import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures in the project, its Java, and the machine. */
export const buildExplanations = {
  JAVA_BUILD_FILE_INVALID: {
    when: "the tool cannot read or run a build file",
    message: "TOOL cannot read a build file of the app",
    hint: "Correct what is shown above; look for marks of a merge conflict.",
  },
  JAVA_BUILD_FILE_MISSING: {
    when: "a file or directory that a build file names is not there",
    message: "a file or folder that the build needs is not there",
    hint: "Check that it is committed and that no .dockerignore or project.toml leaves it out; BP_JAVA_PROJECT_PATH names the folder of the project.",
  },
  JAVA_MODULE_UNKNOWN: {
    when: "a module of the project that is requested does not exist, or modules need each other in a circle",
    message: "a module of the project does not exist, or its modules need each other in a circle",
    hint: "Check the names and folders of the modules in FILE and in the arguments of the build.",
  },
  JAVA_TASK_UNKNOWN: {
    when: "the tool is asked for a task, goal or phase that does not exist",
    message: "TOOL is asked for a task that the project does not have",
    hint: "Correct ARGUMENTS, or add the plugin that has the task.",
  },
  JAVA_PROPERTY_MISSING: {
    when: "a build file reads a property that is not set",
    message: "a build file reads a property that is not set",
    hint: "Set it for the build, too: in the build file, by ARGUMENTS, or, for credentials, by a binding of type BINDING.",
  },
  JAVA_SETTINGS_INVALID: {
    when: "the tool does not accept its settings, options, or those of its Java",
    message: "TOOL does not accept a setting or an option",
    hint: "Correct what is named above: ARGUMENTS, SETTINGS, or the file of a binding.",
  },
  JAVA_WRAPPER_FAILED: {
    when: "the wrapper cannot start or download the tool",
    message: "the wrapper of the app could not start TOOL",
    hint: "Run the wrapper in a fresh clone of the app and commit all of its files (.gitignore must not leave out *.jar of it); check its distributionUrl.",
  },
  JAVA_VERSION_UNSUITABLE: {
    when: "the source, a library, a plugin or the tool itself needs another version of Java",
    message: "the build needs another version of Java than it has",
    hint: "Set BP_JVM_VERSION to the version that is asked for above (or write it into the build file), or use versions of libraries and plugins that suit this one.",
  },
  JAVA_TOOL_UNSUITABLE: {
    when: "a plugin or the project needs another version of Maven or Gradle",
    message: "the build needs another version of TOOL",
    hint: "Set TOOL_VERSION, or commit a wrapper of that version.",
  },
  JAVA_TOOLCHAIN_MISSING: {
    when: "the project asks for the toolchain of another Java, which the build does not have",
    message: "the project asks for the toolchain of a Java that the build does not have",
    hint: "Set BP_JVM_VERSION to that version: the build has one Java.",
  },
  JAVA_COMPILATION_FAILED: {
    when: "the compiler does not accept the source",
    message: "the source does not compile",
    hint: "Correct what the compiler shows above; code that a tool generates must be generated in the build, too.",
  },
  JAVA_TESTS_FAILED: {
    when: "tests fail, if the build is configured to run them",
    message: "tests of the app fail",
    hint: "Correct them, or run them in another place, such as CI. Unless ARGUMENTS is set, the build skips tests.",
  },
  JAVA_CHECK_FAILED: {
    when: "a check of the project forbids the build: a rule, its style, a licence",
    message: "a check of the project forbids the build",
    hint: "Correct what it complains about, or set ARGUMENTS without the check and run the check in another place, such as CI.",
  },
  JAVA_GIT_MISSING: {
    when: "a plugin wants to read the git repository, which is not part of the build",
    message: "a plugin wants to read the git repository, which is not part of the build",
    hint: "Let it do without: failOnNoGitDirectory=false of the git-commit-id plugin; the buildpack libcnb/git labels the image with the commit where .git is part of the build.",
  },
  JAVA_NODE_UNREACHABLE: {
    when: "a plugin cannot download its own Node.js",
    message: "a plugin of the build could not download Node.js",
    hint: "Name a mirror: BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS=-DnodeDownloadRoot=https://mirror.example.com/ for frontend-maven-plugin, distBaseUrl for the node plugin of Gradle. Or build the front end without the plugin: libcnb/front-end runs the script build of package.json before TOOL.",
  },
  JAVA_PROGRAM_MISSING: {
    when: "the build runs a program that is not there",
    message: "the build runs a program that is not there",
    hint: "For node, npm, yarn and pnpm set BP_JAVA_INSTALL_NODE=true, with libcnb/front-end in front. For any other program use a build image that has it, or let a plugin download it.",
  },
  JAVA_PROGRAM_FAILED: {
    when: "a program that the build runs fails",
    message: "a program that the build runs failed",
    hint: "Look at its own output above.",
  },
  JAVA_MAIN_CLASS_MISSING: {
    when: "there is no class to start, or several",
    message: "the build does not know which class starts the app",
    hint: "Give one class a main method, or name it: MAIN_CLASS.",
  },
  JAVA_ENCODING_INVALID: {
    when: "a file of the source is not in the encoding that the build expects",
    message: "a file of the source is not in the encoding that the build expects",
    hint: "Write it in UTF-8, or leave binary files out of the filtering of resources.",
  },
  JAVA_FILE_FORBIDDEN: {
    when: "the tool may not read or write a file",
    message: "TOOL may not read or write a file",
    hint: "Give the files of the app to the user of the build, and do not upload what a build has made.",
  },
  JAVA_BUILD_FAILED: {
    when: "anything else; the last lines of the tool are shown",
    message: "TOOL could not build the app (SUBJECT)",
    hint: "Correct what TOOL complains about; the same command fails in a fresh clone of the app.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "the build needs more memory than it may have",
    message: "the build needs more memory than it may have",
    hint: "Give it more memory, or let Java use less or more of it: MEMORY.",
  },
  BUILD_DISK_FULL: {
    when: "there is no space left for what is built",
    message: "there is no space left on the disk of the build",
    hint: "Free some, or give the build a larger disk.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
