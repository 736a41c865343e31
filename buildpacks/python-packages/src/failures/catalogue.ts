import type { FailureTable, FailureText } from "libcnb/kit";

/** Texts of failures during an installation. */
const installation = {
  PACKAGES_LOCKFILE_OUT_OF_SYNC: {
    when: "the lockfile does not match the file with the dependencies",
    message: "LOCKFILE does not match MANIFEST",
    hint: 'Run "LOCK" and commit the changed LOCKFILE.',
  },
  PACKAGES_LOCKFILE_INVALID: {
    when: "the lockfile cannot be read, for example because of merge conflict markers",
    message: "LOCKFILE cannot be read",
    hint: 'Look for merge conflict markers in LOCKFILE; or delete it, run "LOCK" and commit the new one.',
  },
  PACKAGES_LOCKFILE_UNSUITABLE: {
    when: "another version of the tool wrote the lockfile",
    message: "this version of MANAGER cannot read LOCKFILE",
    hint: 'Set TOOL_VERSION to the version that wrote LOCKFILE, or run "LOCK" with the version that the build uses and commit LOCKFILE.',
  },
  PACKAGES_LOCKFILE_MISSING: {
    when: "the app has no lockfile, and the tool needs one",
    message: "the app has no LOCKFILE, which MANAGER needs",
    hint: 'Run "LOCK" and commit LOCKFILE.',
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "a downloaded package does not match its digest in the lockfile",
    message: "a downloaded package does not match its digest in LOCKFILE",
    hint: "Find out why the index serves a different file: a mirror may build packages itself, or the package was replaced. LOCKFILE must contain the digests of the index that the build uses.",
  },
  PACKAGES_HASHES_INCOMPLETE: {
    when: "some requirements have hashes and others do not; pip needs all or none",
    message: "some packages in LOCKFILE have hashes and others have none",
    hint: 'Add all hashes with "pip-compile --generate-hashes" or "uv pip compile --generate-hashes", or remove all. Packages from a git repository or a directory cannot have a hash.',
  },
  PACKAGES_ARCHIVE_INVALID: {
    when: "the downloaded file is not a package",
    message: "a downloaded file is not a package that MANAGER can read",
    hint: "Look at the file in the index: its upload may be incomplete, a proxy may serve an error page, or it may be a git LFS pointer.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies conflict with each other",
    message: "the dependencies in MANIFEST conflict with each other",
    hint: 'Relax one of the version constraints shown above, run "LOCK" and commit the result.',
  },
  PACKAGES_PYTHON_UNSUITABLE: {
    when: "a package, or the app, does not work with this version of Python",
    message: "the app or a package does not work with this version of Python",
    hint: "Set a version that all packages accept in .python-version or BP_CPYTHON_VERSION, or change requires-python in pyproject.toml; or use a version of the package that supports this Python.",
  },
  PACKAGES_PLATFORM_UNSUITABLE: {
    when: "a package has no distribution for this operating system, architecture and version of Python",
    message: "a package has no distribution for this operating system, architecture and version of Python",
    hint: "Use a version of the package that has one, or another version of Python. For packages that only other systems need, add a marker such as ; sys_platform == 'win32'",
  },
  PACKAGES_REGISTRY_UNREACHABLE: {
    when: "the package index cannot be reached",
    message: "the package index could not be reached",
    hint: "Check the network and the address of the index (INDEX), or set HTTPS_PROXY and NO_PROXY for the build; for a private CA, give the build a binding of type ca-certificates.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "the index refuses the credentials, or none are set",
    message: "the package index refused access",
    hint: "Give the build a binding of type pypi with url, username and password, of type netrc with the file .netrc, or of type pip with the file pip.conf.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "the index answers with an error, or limits the rate of requests",
    message: "the package index could not serve a package",
    hint: "Build again later, or use a mirror: a binding of type pypi, or INDEX.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the certificate of the index, or the certificate is not valid",
    message: "the build does not trust the certificate of the package index",
    hint: "Give the build a binding of type ca-certificates with the CA certificate of your organisation. If the certificate has expired or is for another host, the index's operator must replace it.",
  },
  PACKAGES_UNKNOWN: {
    when: "the index does not have a package, or not the requested version",
    message: "the package index does not have PACKAGE in the requested version",
    hint: "Check its name and version, and that the index (INDEX) has it, with a file for this system and this Python. A private index may need credentials: a binding of type pypi.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the installation is offline, and a package is not in the app's package directory",
    message: "a package is not in the app's package directory, and the installation is offline",
    hint: 'Run "pip download -r requirements.txt -d vendor" for the system and the Python of the image, and commit the directory. For packages that are built from source, add their build tools as well.',
  },
  PACKAGES_WORKSPACE_UNKNOWN: {
    when: "a requested member of a workspace does not exist",
    message: "the app requests a workspace member that does not exist",
    hint: "Check members in [tool.uv.workspace] of pyproject.toml, and that the build contains all of their directories.",
  },
  PYTHON_GROUP_UNKNOWN: {
    when: "a requested dependency group does not exist",
    message: "the app does not have a requested dependency group",
    hint: "Correct BP_PYTHON_GROUPS or BP_POETRY_INSTALL_ONLY, or add the group to MANIFEST.",
  },
  PYTHON_EXTRA_UNKNOWN: {
    when: "a requested extra does not exist",
    message: "the app does not have a requested extra",
    hint: "Correct BP_PYTHON_EXTRAS, or add the extra to optional-dependencies in MANIFEST.",
  },
  PACKAGES_GIT_MISSING: {
    when: "a dependency comes from git, and the build image has no git",
    message: "a dependency comes from a git repository, and the build image has no git",
    hint: "Use a build image with git, or use an archive or a package from an index instead.",
  },
  PACKAGES_GIT_DENIED: {
    when: "a git repository, or the requested branch or commit, does not exist, or access is refused",
    message: "the git repository of a dependency does not exist, lacks the branch or commit, or refused access",
    hint: "Check the address and the branch or commit after it. The build has no SSH keys: for a private repository, use an https URL and a binding of type git-credentials with libcnb/git, or publish the package to an index.",
  },
  PACKAGES_GIT_UNREACHABLE: {
    when: "the server of a git repository cannot be reached",
    message: "the git repository of a dependency could not be reached",
    hint: "Check its address and the network, or set HTTPS_PROXY and NO_PROXY for the build.",
  },
  PACKAGES_FILE_INVALID: {
    when: "the tool cannot read a file of the app, or a line in it",
    message: "MANAGER cannot read MANIFEST or another file of the app",
    hint: "Correct the line shown above. A requirement has the form flask>=2,<4",
  },
  PACKAGES_FILE_MISSING: {
    when: "a file or directory that the dependencies name does not exist",
    message: "a file or directory that MANIFEST names does not exist",
    hint: "Check that the file is committed and that project.toml does not exclude it. Paths of your own machine, which pip freeze and conda write, do not exist in the build.",
  },
  PACKAGES_FILE_FORBIDDEN: {
    when: "the tool has no permission to read or write a file",
    message: "MANAGER has no permission to read or write a file",
    hint: "Make the user of the build the owner of the app's files, and do not upload virtual environments.",
  },
  PACKAGES_SETTINGS_INVALID: {
    when: "the tool does not accept its settings",
    message: "MANAGER does not accept a setting",
    hint: "Correct the file or variable named above. If a setting refers to a variable, set that variable for the build as well.",
  },
  PACKAGES_MANAGER_OTHER: {
    when: "the app requires another version of the tool, or a plugin that is not installed",
    message: "the app requires another version of MANAGER, or a plugin that is not installed",
    hint: "Set TOOL_VERSION to a version that MANIFEST accepts, or change the requirement in MANIFEST.",
  },
  PACKAGES_INSTALL_FAILED: {
    when: "any other failure; the error shows the last lines of the tool",
    message: "MANAGER could not install the packages (ENDING)",
    hint: "Correct the errors that MANAGER reports. To reproduce them, run the same command in a fresh clone of the app.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/** Texts of failures in building packages from source, and of the machine. */
const builds = {
  NATIVE_COMPILER_MISSING: {
    when: "a package must be compiled, and the build image has no C or C++ compiler",
    message: "PACKAGE must be compiled, and the build image has no C or C++ compiler",
    hint: "Use a version with a wheel for this Python (often the newest, or an older Python), or use a build image with gcc and g++ (cnb base create creates one).",
  },
  NATIVE_RUST_MISSING: {
    when: "a package must be compiled, and the build image has no Rust",
    message: "PACKAGE must be compiled, and the build image has no Rust",
    hint: "Use a version with a wheel for this Python (often the newest, or an older Python), or use a build image with cargo.",
  },
  NATIVE_LIBRARY_MISSING: {
    when: "a package must be compiled, and a library or its headers are missing",
    message:
      "PACKAGE must be compiled, and the build image lacks a library that it needs, or the headers of the library",
    hint: "Use a package with wheels (psycopg[binary] or psycopg2-binary for psycopg2, PyMySQL for mysqlclient), or a build image with the development package, such as libpq-dev. The run image then needs the library.",
  },
  NATIVE_PYTHON_HEADERS_MISSING: {
    when: "a package must be compiled, and the headers of Python are missing",
    message: "PACKAGE must be compiled, and the headers of Python are missing",
    hint: "Install Python with libcnb/python-engine, which includes the headers, or use a version with a wheel for this Python.",
  },
  NATIVE_BUILD_FAILED: {
    when: "a package cannot be compiled for another reason",
    message: "PACKAGE could not be compiled",
    hint: "Use a version of the package that has a wheel for this Python, or set a Python that the package supports in .python-version.",
  },
  PACKAGES_BUILD_MODULE_MISSING: {
    when: "a package cannot be built, because its build needs a module that is not installed",
    message: "PACKAGE cannot be built: its build needs MODULE, which is not installed",
    hint: "Use a newer version of the package. Python 3.12 removed modules such as distutils and imp, and setuptools removed pkg_resources: for an old package, set an older Python in .python-version. For a package of your own, add the module to requires in [build-system].",
  },
  PACKAGES_BUILD_FAILED: {
    when: "a package cannot be built from its sources for another reason",
    message: "PACKAGE could not be built from its sources",
    hint: "Use a version of the package that has a wheel for this Python, or set an older Python that the package supports in .python-version or BP_CPYTHON_VERSION, or correct the error shown above.",
  },
  PYTHON_PROJECT_UNPACKAGED: {
    when: "the project is installed as a package, but it contains no package, or several",
    message: "MANAGER installs the project as a package, but finds no package in it, or several",
    hint: "If the project is not a package: UNPACKAGED. Otherwise list its packages in pyproject.toml.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "an installation runs out of memory",
    message: "the build ran out of memory",
    hint: "Give the build more memory, or use versions with wheels, which need no compiler.",
  },
  BUILD_DISK_FULL: {
    when: "the disk is full",
    message: "the disk of the build is full",
    hint: "Give the build more space; or, for packages with GPU variants, such as torch, use the CPU variant.",
  },
} as const satisfies Readonly<Record<string, FailureText>>;

/**
 * The texts of all recognized failures, by code. The codes never change, and are the same for all
 * tools. They are documented in docs/reference/buildpacks/python-packages.md.
 */
export const catalogue = { ...installation, ...builds };

/** The code of a failure in {@link catalogue}. */
export type FailureCode = keyof typeof catalogue;

/** The recognized failures of one tool, with values for all placeholders of the catalogue. */
export type ToolFailures = FailureTable<
  FailureCode,
  "MANAGER" | "LOCKFILE" | "MANIFEST" | "LOCK" | "INDEX" | "TOOL_VERSION" | "UNPACKAGED" | "PACKAGE" | "MODULE"
>;
