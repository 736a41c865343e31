import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures during an installation. */
export const installExplanations = {
  PACKAGES_LOCKFILE_OUT_OF_SYNC: {
    when: "the lockfile does not match package.json",
    message: "LOCKFILE does not fit package.json",
    hint: 'Run "INSTALL" and commit the changed LOCKFILE.',
  },
  PACKAGES_LOCKFILE_INVALID: {
    when: "the lockfile cannot be read, for example with marks of a merge conflict",
    message: "LOCKFILE cannot be read",
    hint: 'Look for merge conflict marks in LOCKFILE; or delete it, run "INSTALL" and commit the new one.',
  },
  PACKAGES_LOCKFILE_UNSUITABLE: {
    when: "another version of the package manager wrote the lockfile",
    message: "LOCKFILE is not one that this version of MANAGER can use",
    hint: 'Name the version that wrote it as packageManager in package.json, or run "INSTALL" with this one and commit LOCKFILE.',
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "a registry serves other bytes than the lockfile has",
    message: "a downloaded package does not have the integrity that LOCKFILE demands",
    hint: "Find out why the registry serves other bytes: a mirror that rewrites packages, or a package that was replaced.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies contradict each other",
    message: "the dependencies in package.json contradict each other",
    hint: 'Run "INSTALL", settle the conflict that it shows, and commit package.json and LOCKFILE.',
  },
  PACKAGES_ENGINE_UNSUITABLE: {
    when: "a package, or the app, does not work with this Node.js or this package manager",
    message: "the app or a package does not work with this version of Node.js or of MANAGER",
    hint: "Set engines.node in package.json, or BP_NODE_VERSION, to a Node.js version that all packages accept. For another version of MANAGER, set packageManager in package.json.",
  },
  PACKAGES_PLATFORM_UNSUITABLE: {
    when: "a package does not work on this operating system or architecture",
    message: "a package does not work on this operating system or architecture",
    hint: "Make it an optional dependency, or remove it.",
  },
  PACKAGES_REGISTRY_UNREACHABLE: {
    when: "the registry cannot be reached",
    message: "SUBJECT could not be reached",
    hint: "Check the network, or set NPM_CONFIG_REGISTRY, HTTPS_PROXY and NO_PROXY for the build.",
  },
  PACKAGES_HOST_UNREACHABLE: {
    when: "a dependency comes from a host that cannot be reached, or an install script downloads from one",
    message: "HOST could not be reached: a dependency, or an install script, downloads from it",
    hint: "Let the build reach HOST, by HTTPS_PROXY if need be. Or use a version of the package that the registry has, without such a download.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "the registry refuses the credentials, or none are set",
    message: "the registry refused access to a package",
    hint: "Give the build a binding of type npmrc with the token; or name the token's variable in the app's .npmrc or .yarnrc.yml, and set it.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "the registry answers with an error, or limits the rate of requests",
    message: "the registry could not serve a package now",
    hint: "Build again later, or set NPM_CONFIG_REGISTRY to a mirror of it.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the registry's certificate",
    message: "the registry's certificate is not signed by an authority that the build trusts",
    hint: "Give the build a binding of type ca-certificates with the certificate of your organisation's authority.",
  },
  PACKAGES_UNKNOWN: {
    when: "the registry does not have a package, or not the requested version",
    message: "the registry does not have SUBJECT",
    hint: "Check its name and version, that NPM_CONFIG_REGISTRY is the registry that has it, and the token if it is private.",
  },
  PACKAGES_POLICY_VIOLATED: {
    when: "a rule on which packages may be installed, such as their least age, does not admit a version",
    message: "a rule on which packages may be installed does not admit a version that the app asks for",
    hint: "Use an older version, wait, or change the rule: minimumReleaseAge and trustPolicy of pnpm, npmMinimalAgeGate of Yarn, min-release-age and before of npm.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the network is switched off, and a package is not in the cache of the app",
    message: "a package is not in the app's offline cache, and the network is switched off",
    hint: 'Run "INSTALL" and commit the cache, or let MANAGER use the network.',
  },
  PACKAGES_NAME_INVALID: {
    when: "package.json names a dependency with an invalid name",
    message: "package.json names a dependency with an invalid name",
    hint: "Correct the name.",
  },
  PACKAGES_PROTOCOL_UNKNOWN: {
    when: "a dependency is written in a form that this package manager does not know, such as `workspace:` for npm",
    message: "a dependency is written in a form that MANAGER does not know",
    hint: "Name the package manager that the app is written for as packageManager in package.json, and commit its lockfile.",
  },
  PACKAGES_WORKSPACE_UNKNOWN: {
    when: "a workspace or catalog entry that is requested does not exist",
    message: "the app asks for a workspace, or an entry of a catalog, that it does not have",
    hint: "Check workspaces in package.json, or pnpm-workspace.yaml, and that all of its folders are part of the build.",
  },
  PACKAGES_SOURCE_FORBIDDEN: {
    when: "npm refuses a dependency from git, an address or a directory",
    message: "MANAGER is not allowed to fetch a dependency from git, an address or a folder",
    hint: "Write allow-git=root into the app's .npmrc (allow-remote, allow-file or allow-directory for the others), or use a package of a registry.",
  },
  PACKAGES_SCRIPTS_UNAPPROVED: {
    when: "packages have install scripts that the app has not approved",
    message: "packages have install scripts that the app has not approved",
    hint: 'Choose which may run with "APPROVE", and commit the change.',
  },
  PACKAGES_SCRIPT_FAILED: {
    when: "an install script of a package, or of the app, failed",
    message: "an install script of SUBJECT failed",
    hint: "Correct what it complains about; often it needs a tool that the build image lacks, or the network.",
  },
  PACKAGES_PATCH_FAILED: {
    when: "a patch does not match the package that it is for",
    message: "a patch of the app does not fit the package that it is for",
    hint: "Recreate the patch for the version in LOCKFILE.",
  },
  PACKAGES_GIT_MISSING: {
    when: "a dependency comes from git, and the build image has no git",
    message: "a dependency comes from a git repository, and the build image has no git",
    hint: "Build with an image that has git, or name an archive or a package of a registry instead.",
  },
  PACKAGES_GIT_DENIED: {
    when: "a git repository does not exist, or refuses access",
    message: "the git repository of a dependency does not exist, or refused access",
    hint: "Check its address. Private repositories are better published to a registry: the build has no SSH keys.",
  },
  PACKAGES_FILE_INVALID: {
    when: "the package manager cannot read package.json or another file",
    message: "MANAGER cannot read package.json or another file of the app",
    hint: "Correct the file that is named above.",
  },
  PACKAGES_FILE_FORBIDDEN: {
    when: "the package manager may not read or write a file",
    message: "MANAGER may not read or write a file",
    hint: "Give the files of the app to the user of the build, and keep node_modules out of it.",
  },
  PACKAGES_SETTINGS_INVALID: {
    when: "the package manager does not accept its settings",
    message: "MANAGER does not accept a setting",
    hint: "Correct the file or variable that is named above. A variable that a setting refers to must be set for the build, too.",
  },
  PACKAGES_MANAGER_OTHER: {
    when: "package.json demands another package manager, or another version of it",
    message: "package.json demands another package manager, or another version of MANAGER",
    hint: "Let packageManager in package.json, the lockfile and BP_NODE_PACKAGE_MANAGER name the same one.",
  },
  PACKAGES_INSTALL_FAILED: {
    when: "anything else; the package manager's own code and last lines are shown",
    message: "MANAGER could not install the dependencies (SUBJECT)",
    hint: "Correct what MANAGER complains about; the same command fails in a fresh clone of the app.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
