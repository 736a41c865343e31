import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures in the app's scripts. */
export const scriptExplanations = {
  SCRIPT_UNKNOWN: {
    when: "a script to run does not exist",
    message: "package.json has no script SUBJECT",
    hint: "Add it to scripts in package.json, or name others in BP_NODE_RUN_SCRIPTS; none is run when that is empty.",
  },
  SCRIPT_COMMAND_UNKNOWN: {
    when: "a script calls a command that no installed package has",
    message: "SUBJECT, which is not installed",
    hint: 'Add the package that has it to package.json: "ADD_DEV PACKAGE".',
  },
  SCRIPT_MODULE_UNKNOWN: {
    when: "a script needs a module that is not installed, or a file that is not there",
    message: "SUBJECT, which is not there",
    hint: "Add the package to package.json and commit LOCKFILE; for a file of the app, check the spelling: file names are case-sensitive on Linux.",
  },
  SCRIPT_TYPES_WRONG: {
    when: "TypeScript finds errors",
    message: "TypeScript found errors in SUBJECT",
    hint: "Correct them; types of packages that lack them come from @types/… in devDependencies.",
  },
  SCRIPT_OPENSSL_LEGACY: {
    when: "a tool is too old for the OpenSSL of this Node.js",
    message: "SUBJECT uses a tool that is too old for this version of Node.js",
    hint: "Update the tool (webpack 5 and newer); until then, set NODE_OPTIONS=--openssl-legacy-provider for the build.",
  },
  SCRIPT_HOST_UNREACHABLE: {
    when: "a script asks a host that cannot be reached",
    message: "SUBJECT failed, and HOST could not be reached",
    hint: "Let the build reach HOST, by HTTPS_PROXY if need be; or commit what the script downloads.",
  },
  SCRIPT_KILLED: {
    when: "a signal ended a script",
    message: "SUBJECT was ended by a signal",
    hint: "Find out who sent it; a build that takes too long is ended by its platform.",
  },
  SCRIPT_FAILED: {
    when: "a script failed for another reason",
    message: "SUBJECT failed",
    hint: "Correct what it complains about. BP_NODE_RUN_SCRIPTS names other scripts to run, or none when it is empty.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
