import type { FailureTable, FailureText } from "libcnb/kit";

/** Texts of failures during an installation. */
const installation = {
  PACKAGES_LOCKFILE_OUT_OF_SYNC: {
    when: "the lockfile does not match package.json",
    message: "LOCKFILE does not match package.json",
    hint: 'Run "INSTALL" and commit the changed LOCKFILE.',
  },
  PACKAGES_LOCKFILE_INVALID: {
    when: "the lockfile cannot be read, for example because of merge conflict markers",
    message: "LOCKFILE cannot be read",
    hint: 'Look for merge conflict markers in LOCKFILE; or delete it, run "INSTALL" and commit the new one.',
  },
  PACKAGES_LOCKFILE_UNSUITABLE: {
    when: "another version of the package manager wrote the lockfile",
    message: "this version of MANAGER cannot read LOCKFILE",
    hint: 'Set packageManager in package.json to the version that wrote LOCKFILE, or run "INSTALL" with the version that the build uses and commit LOCKFILE.',
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "a downloaded package does not match the integrity in the lockfile",
    message: "a downloaded package does not match its integrity in LOCKFILE",
    hint: "Find out why the registry serves a different file: a mirror may rewrite packages, or the package was replaced.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies conflict with each other",
    message: "the dependencies in package.json conflict with each other",
    hint: 'Run "INSTALL", resolve the conflict that it shows, and commit package.json and LOCKFILE.',
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
    message: "REGISTRY could not be reached",
    hint: "Check the network, or set NPM_CONFIG_REGISTRY, HTTPS_PROXY and NO_PROXY for the build.",
  },
  PACKAGES_HOST_UNREACHABLE: {
    when: "a dependency comes from a host that cannot be reached, or an install script downloads from one",
    message: "HOST, from which a dependency or an install script downloads, could not be reached",
    hint: "Let the build reach HOST, through HTTPS_PROXY if necessary; or use a version of the package that downloads only from the registry.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "the registry refuses the credentials, or none are set",
    message: "the registry refused access to a package",
    hint: "Give the build a binding of type npmrc with the token; or refer to a variable for the token in the app's .npmrc or .yarnrc.yml, and set the variable for the build.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "the registry answers with an error, or limits the rate of requests",
    message: "the registry could not serve a package",
    hint: "Build again later, or set NPM_CONFIG_REGISTRY to a mirror of it.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the registry's certificate, or the certificate is not valid",
    message: "the build does not trust the registry's certificate",
    hint: "Give the build a binding of type ca-certificates with the CA certificate of your organisation. If the certificate has expired or is for another host, the registry's operator must replace it.",
  },
  PACKAGES_UNKNOWN: {
    when: "the registry does not have a package, or not the requested version",
    message: "the registry does not have PACKAGE",
    hint: "Check its name and version, and that NPM_CONFIG_REGISTRY is a registry that has it. A private package also needs a token.",
  },
  PACKAGES_POLICY_VIOLATED: {
    when: "a package policy, such as a minimum age, rejects a requested version",
    message: "a package policy, such as a minimum age, rejects a version that the app requests",
    hint: "Use an older version, wait, or change the policy: minimumReleaseAge and trustPolicy of pnpm, npmMinimalAgeGate of Yarn, min-release-age and before of npm.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the installation is offline, and a package is not in the app's cache",
    message: "a package is not in the app's offline cache, and the installation is offline",
    hint: 'Run "INSTALL" and commit the cache, or let MANAGER use the network.',
  },
  PACKAGES_NAME_INVALID: {
    when: "package.json names a dependency with an invalid name",
    message: "package.json names a dependency with an invalid name",
    hint: "Correct the name in package.json.",
  },
  PACKAGES_PROTOCOL_UNKNOWN: {
    when: "a dependency has a form that this package manager does not support, for example `workspace:` with npm",
    message: "a dependency has a form that MANAGER does not support",
    hint: "Set packageManager in package.json to the app's package manager, and commit its lockfile.",
  },
  PACKAGES_WORKSPACE_UNKNOWN: {
    when: "a requested workspace or catalog entry does not exist",
    message: "the app requests a workspace or a catalog entry that does not exist",
    hint: "Check workspaces in package.json, or pnpm-workspace.yaml, and that the build contains all of these directories.",
  },
  PACKAGES_SOURCE_FORBIDDEN: {
    when: "npm refuses a dependency from git, an address or a directory",
    message: "MANAGER is not allowed to fetch a dependency from git, a URL or a directory",
    hint: "Add allow-git=root to the app's .npmrc (for the other sources: allow-remote, allow-file or allow-directory), or use a package from a registry.",
  },
  PACKAGES_SCRIPTS_UNAPPROVED: {
    when: "packages have install scripts that the app has not approved",
    message: "packages have install scripts that the app has not approved",
    hint: "Choose the packages whose scripts may run (APPROVE), and commit the change.",
  },
  PACKAGES_SCRIPT_FAILED: {
    when: "an install script of a package, or of the app, failed",
    message: "an install script of OWNER failed",
    hint: "Correct the error shown above. Install scripts often need network access, or a tool that the build image lacks.",
  },
  PACKAGES_PATCH_FAILED: {
    when: "a patch does not apply to its package",
    message: "a patch of the app does not apply to its package",
    hint: "Recreate the patch for the version in LOCKFILE.",
  },
  PACKAGES_GIT_MISSING: {
    when: "a dependency comes from git, and the build image has no git",
    message: "a dependency comes from a git repository, and the build image has no git",
    hint: "Use a build image with git, or use an archive or a package from a registry instead.",
  },
  PACKAGES_GIT_DENIED: {
    when: "a git repository does not exist, or refuses access",
    message: "the git repository of a dependency does not exist, or refused access",
    hint: "Check its address. The build has no SSH keys: for a private repository, use an https URL and a binding of type git-credentials with libcnb/git, or publish the package to a registry.",
  },
  PACKAGES_FILE_INVALID: {
    when: "the package manager cannot read package.json or another file",
    message: "MANAGER cannot read package.json or another file of the app",
    hint: "Correct the file named above.",
  },
  PACKAGES_FILE_FORBIDDEN: {
    when: "the package manager has no permission to read or write a file",
    message: "MANAGER has no permission to read or write a file",
    hint: "Make the user of the build the owner of the app's files, and do not upload node_modules.",
  },
  PACKAGES_SETTINGS_INVALID: {
    when: "the package manager does not accept its settings",
    message: "MANAGER does not accept a setting",
    hint: "Correct the file or variable named above. If a setting refers to a variable, set that variable for the build as well.",
  },
  PACKAGES_MANAGER_OTHER: {
    when: "package.json requires another package manager, or another version of it",
    message: "package.json requires another package manager, or another version of MANAGER",
    hint: "Use the same package manager in packageManager of package.json, the lockfile and BP_NODE_PACKAGE_MANAGER.",
  },
  PACKAGES_INSTALL_FAILED: {
    when: "any other failure; the error shows the package manager's own code and last lines",
    message: "MANAGER could not install the dependencies (ERROR)",
    hint: "Correct the errors that MANAGER reports. To reproduce them, run the same command in a fresh clone of the app.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/** Texts of failures in compiling native modules, and of the machine. */
const compilation = {
  NATIVE_PYTHON_MISSING: {
    when: "a native module must be compiled, and the build image has no Python",
    message: "MODULE must be compiled, and the build image has no Python",
    hint: "Use a build image with Python 3, make and a C++ compiler (cnb base create creates one), or use a version with prebuilt binaries.",
  },
  NATIVE_COMPILER_MISSING: {
    when: "a native module must be compiled, and the build image has no make or C++ compiler",
    message: "MODULE must be compiled, and the build image has no make or no C++ compiler",
    hint: "Use a build image with Python 3, make and g++ (cnb base create creates one), or use a version with prebuilt binaries.",
  },
  NATIVE_HEADERS_UNREACHABLE: {
    when: "a native module must be compiled, and the headers of Node.js cannot be downloaded",
    message: "MODULE must be compiled, and the headers of Node.js could not be downloaded",
    hint: "Install Node.js with libcnb/node-engine, which includes the headers; or set NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR to a directory with include/node.",
  },
  NATIVE_BINARY_UNREACHABLE: {
    when: "the host of a prebuilt binary cannot be reached, and compiling the native module fails as well",
    message: "HOST, which has the prebuilt binary of MODULE, could not be reached, and compiling MODULE failed as well",
    hint: "Let the build reach HOST, through HTTPS_PROXY if necessary, or set a mirror as the package's documentation describes.",
  },
  NATIVE_BUILD_FAILED: {
    when: "a native module cannot be compiled for another reason",
    message: "MODULE could not be compiled",
    hint: "Use a version of the package that supports this Node.js, or set BP_NODE_VERSION to a version that the package supports.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "an installation or a script runs out of memory",
    message: "the build ran out of memory",
    hint: "Give the build more memory. If Node.js reached its own heap limit, raise it: set NODE_OPTIONS=--max-old-space-size=4096 (MiB) for the build.",
  },
  BUILD_DISK_FULL: {
    when: "the disk is full",
    message: "the disk of the build is full",
    hint: "Give the build more space, or exclude unnecessary files of the app in project.toml.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/** Texts of failures in the app's scripts. */
const scripts = {
  SCRIPT_UNKNOWN: {
    when: "a script to run does not exist",
    message: 'package.json has no script "SCRIPT_NAME"',
    hint: "Add it to scripts in package.json, or set BP_NODE_RUN_SCRIPTS to other scripts. An empty value runs no script.",
  },
  SCRIPT_COMMAND_UNKNOWN: {
    when: "a script calls a command that no installed package has",
    message: "SCRIPT calls COMMAND, which is not installed",
    hint: 'Add the package that provides it to package.json: "ADD_DEV COMMAND_PACKAGE".',
  },
  SCRIPT_MODULE_UNKNOWN: {
    when: "a script needs a module that is not installed, or a file that does not exist",
    message: "SCRIPT needs IMPORT, which does not exist",
    hint: "Add the package to package.json and commit LOCKFILE; for a file of the app, check the spelling: file names are case-sensitive on Linux.",
  },
  SCRIPT_TYPES_WRONG: {
    when: "TypeScript finds errors",
    message: "SCRIPT failed because of TypeScript errors",
    hint: "Correct the errors shown above. For packages without types, add @types/… to devDependencies.",
  },
  SCRIPT_OPENSSL_LEGACY: {
    when: "a build tool uses an algorithm that the OpenSSL of this Node.js refuses",
    message: "SCRIPT uses a tool that is too old for this version of Node.js",
    hint: "Update the tool (webpack 5 or newer). Until then, set NODE_OPTIONS=--openssl-legacy-provider for the build.",
  },
  SCRIPT_HOST_UNREACHABLE: {
    when: "a script needs a host that cannot be reached",
    message: "SCRIPT failed because HOST could not be reached",
    hint: "Let the build reach HOST, through HTTPS_PROXY if necessary; or commit the files that the script downloads.",
  },
  SCRIPT_KILLED: {
    when: "a signal terminated a script",
    message: "SCRIPT was terminated by a signal",
    hint: "Find out which process sent the signal. A platform may terminate builds that take too long.",
  },
  SCRIPT_FAILED: {
    when: "a script failed for another reason",
    message: "SCRIPT failed",
    hint: "Correct the error shown above. To run other scripts, set BP_NODE_RUN_SCRIPTS; an empty value runs no script.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/**
 * The texts of all recognized failures, by code. The codes never change, and are the same for all
 * package managers. They are documented in docs/reference/buildpacks/node-packages.md.
 */
export const catalogue = { ...installation, ...compilation, ...scripts };

/** The code of a failure in {@link catalogue}. */
export type FailureCode = keyof typeof catalogue;

/**
 * The recognized failures of one package manager. They have values for all placeholders of the
 * catalogue, except placeholders that only failures of scripts use.
 */
export type ManagerFailures = FailureTable<
  FailureCode,
  | "MANAGER"
  | "LOCKFILE"
  | "INSTALL"
  | "ADD_DEV"
  | "APPROVE"
  | "OWNER"
  | "MODULE"
  | "PACKAGE"
  | "REGISTRY"
  | "HOST"
  | "ERROR"
>;

/**
 * The recognized failures of a script. The placeholders of the package manager are available as
 * well.
 */
export type ScriptFailures = FailureTable<FailureCode, "COMMAND" | "COMMAND_PACKAGE" | "IMPORT" | "HOST">;
