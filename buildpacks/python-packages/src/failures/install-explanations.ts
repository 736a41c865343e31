import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures during an installation. */
export const installExplanations = {
  PACKAGES_LOCKFILE_OUT_OF_SYNC: {
    when: "the lockfile does not match the file with the dependencies",
    message: "LOCKFILE does not fit MANIFEST",
    hint: 'Run "LOCK" and commit the changed LOCKFILE.',
  },
  PACKAGES_LOCKFILE_INVALID: {
    when: "the lockfile cannot be read, for example with marks of a merge conflict",
    message: "LOCKFILE cannot be read",
    hint: 'Look for merge conflict marks in LOCKFILE; or delete it, run "LOCK" and commit the new one.',
  },
  PACKAGES_LOCKFILE_UNSUITABLE: {
    when: "another version of the tool wrote the lockfile",
    message: "LOCKFILE is not one that this version of MANAGER can use",
    hint: 'Set TOOL_VERSION to the version that wrote it, or run "LOCK" with this one and commit LOCKFILE.',
  },
  PACKAGES_LOCKFILE_MISSING: {
    when: "there is no lockfile, and the tool needs one",
    message: "there is no LOCKFILE, which MANAGER needs",
    hint: 'Run "LOCK" and commit LOCKFILE.',
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "an index serves other bytes than the lockfile has",
    message: "a downloaded package does not have the digest that LOCKFILE demands",
    hint: "Find out why the index serves other bytes: a mirror that builds packages itself, or a package that was replaced. Digests must be those of the index that the build uses.",
  },
  PACKAGES_HASHES_INCOMPLETE: {
    when: "some requirements have hashes and others do not; pip needs all or none",
    message: "some packages in LOCKFILE have hashes and others have none",
    hint: 'Write all of them, with "pip-compile --generate-hashes" or "uv pip compile --generate-hashes", or none. What comes from a git repository or a folder can have none.',
  },
  PACKAGES_ARCHIVE_INVALID: {
    when: "the downloaded file is not a package",
    message: "a downloaded file is not a package that MANAGER can read",
    hint: "Look at the file in the index: an upload that broke off, a page of a proxy, or a file that git LFS keeps elsewhere.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies contradict each other",
    message: "the dependencies in MANIFEST contradict each other",
    hint: 'Loosen one of the versions that are shown above, run "LOCK" and commit the result.',
  },
  PACKAGES_PYTHON_UNSUITABLE: {
    when: "a package, or the app, does not work with this version of Python",
    message: "the app or a package does not work with this version of Python",
    hint: "Write a version that all accept into .python-version (or set BP_CPYTHON_VERSION), or change requires-python in pyproject.toml; or use a version of the package that supports this one.",
  },
  PACKAGES_PLATFORM_UNSUITABLE: {
    when: "a package has no file for this operating system, architecture and version of Python",
    message: "a package has no file for this operating system, architecture and version of Python",
    hint: "Use a version of it that has one, or another version of Python; what only other systems need gets a marker: ; sys_platform == 'win32'",
  },
  PACKAGES_REGISTRY_UNREACHABLE: {
    when: "the package index cannot be reached",
    message: "the package index could not be reached",
    hint: "Check the network and the address of the index (INDEX), or set HTTPS_PROXY and NO_PROXY for the build; for an authority of your own, a binding of type ca-certificates.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "the index refuses the credentials, or none are set",
    message: "the package index refused access",
    hint: "Give the build a binding of type pypi with url, username and password, of type netrc with the file .netrc, or of type pip with the file pip.conf.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "the index answers with an error, or limits the rate of requests",
    message: "the package index could not serve a package now",
    hint: "Build again later, or use a mirror of it: a binding of type pypi, or INDEX.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the certificate of the index",
    message: "the certificate of the package index is not signed by an authority that the build trusts",
    hint: "Give the build a binding of type ca-certificates with the certificate of your organisation's authority.",
  },
  PACKAGES_UNKNOWN: {
    when: "the index does not have a package, or not the requested version",
    message: "the package index does not have SUBJECT in the version that the app asks for",
    hint: "Check its name and version, and that the index (INDEX) has it, with a file for this system and this Python; a private index may want credentials: a binding of type pypi.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the network is not used, and a package is not in the app's directory",
    message: "a package is not among those of the app, and the network is not to be used",
    hint: 'Run "pip download -r requirements.txt -d vendor" for the system and the Python of the image, and commit the folder; packages that are built need their build tools there, too.',
  },
  PACKAGES_WORKSPACE_UNKNOWN: {
    when: "a member of a workspace that is requested does not exist",
    message: "the app asks for a member of its workspace that it does not have",
    hint: "Check members in [tool.uv.workspace] of pyproject.toml, and that all of its folders are part of the build.",
  },
  PYTHON_GROUP_UNKNOWN: {
    when: "a dependency group that is requested does not exist",
    message: "the app does not have a dependency group that is asked for",
    hint: "Correct BP_PYTHON_GROUPS or BP_POETRY_INSTALL_ONLY, or add the group to MANIFEST.",
  },
  PYTHON_EXTRA_UNKNOWN: {
    when: "an extra that is requested does not exist",
    message: "the app does not have an extra that is asked for",
    hint: "Correct BP_PYTHON_EXTRAS, or add it to optional-dependencies in MANIFEST.",
  },
  PACKAGES_GIT_MISSING: {
    when: "a dependency comes from git, and the build image has no git",
    message: "a dependency comes from a git repository, and the build image has no git",
    hint: "Build with an image that has git, or name an archive or a package of an index instead.",
  },
  PACKAGES_GIT_DENIED: {
    when: "a git repository, or what is asked of it, does not exist, or access is refused",
    message: "the git repository of a dependency does not exist, lacks the branch or commit, or refused access",
    hint: "Check its address and what follows it. Private repositories are better published to an index: the build has no SSH keys.",
  },
  PACKAGES_GIT_UNREACHABLE: {
    when: "the server of a git repository cannot be reached",
    message: "the git repository of a dependency could not be reached",
    hint: "Check its address and the network, or set HTTPS_PROXY and NO_PROXY for the build.",
  },
  PACKAGES_FILE_INVALID: {
    when: "the tool cannot read a file of the app, or a line in it",
    message: "MANAGER cannot read MANIFEST or another file of the app",
    hint: "Correct the line that is shown above; requirements are written as in flask>=2,<4",
  },
  PACKAGES_FILE_MISSING: {
    when: "a file or directory that the dependencies name is not there",
    message: "a file or folder that MANIFEST names is not there",
    hint: "Check that it is committed and that no .dockerignore or project.toml leaves it out. Paths of your own machine, as pip freeze and conda write them, are not there in the build.",
  },
  PACKAGES_FILE_FORBIDDEN: {
    when: "the tool may not read or write a file",
    message: "MANAGER may not read or write a file",
    hint: "Give the files of the app to the user of the build, and keep virtual environments out of it.",
  },
  PACKAGES_SETTINGS_INVALID: {
    when: "the tool does not accept its settings",
    message: "MANAGER does not accept a setting",
    hint: "Correct the file or variable that is named above. A variable that a setting refers to must be set for the build, too.",
  },
  PACKAGES_MANAGER_OTHER: {
    when: "the app demands another version of the tool, or a plugin that is not there",
    message: "the app demands another version of MANAGER, or a plugin that is not there",
    hint: "Set TOOL_VERSION to a version that MANIFEST accepts, or change what it demands.",
  },
  PACKAGES_INSTALL_FAILED: {
    when: "anything else; the last lines of the tool are shown",
    message: "MANAGER could not install the packages (SUBJECT)",
    hint: "Correct what MANAGER complains about; the same command fails in a fresh clone of the app.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
