import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** What can go wrong with the project, and with the machine. */
export const buildExplanations = {
  JAVA_BUILD_FILE_INVALID: {
    when: "a build file cannot be read or run",
    message: "TOOL cannot read a build file of the app",
    hint: "Correct the line of the file that is shown above.",
  },
  JAVA_BUILD_FAILED: {
    when: "anything else; the last lines of the tool are shown",
    message: "TOOL could not build the app (SUBJECT)",
    hint: "Correct what TOOL complains about; the same command fails in a fresh clone of the app.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "the build needs more memory than it may have",
    message: "the build needs more memory than it may have",
    hint: "Give it more memory, or let TOOL use less: MEMORY.",
  },
  BUILD_DISK_FULL: {
    when: "there is no space left for what is built",
    message: "there is no space left on the disk of the build",
    hint: "Free some, or give the build a larger disk.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
