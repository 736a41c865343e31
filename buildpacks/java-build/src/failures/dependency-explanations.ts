import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures in downloads. */
export const dependencyExplanations = {
  PACKAGES_UNKNOWN: {
    when: "no repository has a dependency, plugin or parent, or not the requested version",
    message: "no repository has SUBJECT",
    hint: "Check its name and version, and that FILE names the repository that has it; a private one may want credentials: a binding of type BINDING.",
  },
  PACKAGES_OFFLINE_MISSING: {
    when: "the tool runs offline, and a dependency has not been downloaded before",
    message: "SUBJECT is not among what was downloaded before, and TOOL is not to use the network",
    hint: "Build once with the network, or leave out --offline.",
  },
  PACKAGES_REGISTRY_UNREACHABLE: {
    when: "a repository cannot be reached",
    message: "a repository could not be reached",
    hint: "Check the network and the address of the repository, or set HTTPS_PROXY and NO_PROXY for the build; a mirror is set by a binding of type BINDING.",
  },
  PACKAGES_REGISTRY_DENIED: {
    when: "a repository refuses the credentials, or none are set",
    message: "a repository refused access",
    hint: "Give the build a binding of type BINDING with CREDENTIALS.",
  },
  PACKAGES_REGISTRY_FAILED: {
    when: "a repository answers with an error, or limits the rate of requests",
    message: "a repository could not serve a file now",
    hint: "Build again later, or use a mirror of it, by a binding of type BINDING.",
  },
  PACKAGES_REGISTRY_INSECURE: {
    when: "a repository is to be used without encryption",
    message: "TOOL does not use a repository without encryption",
    hint: "Write https:// in its address in FILE or in the settings; or allow it there, if the network is private.",
  },
  PACKAGES_CERTIFICATE_UNTRUSTED: {
    when: "no trusted CA has signed the certificate of a repository",
    message: "the certificate of a repository is not signed by an authority that the build trusts",
    hint: "Give the build a binding of type ca-certificates with the certificate of your organisation's authority.",
  },
  PACKAGES_INTEGRITY_MISMATCH: {
    when: "a repository serves other bytes than the checksum or the dependency verification has",
    message: "what was downloaded does not have the checksum that is demanded",
    hint: "Find out why the repository serves other bytes: a mirror that broke off, or a file that was replaced. A verified change goes into gradle/verification-metadata.xml.",
  },
  PACKAGES_ARCHIVE_INVALID: {
    when: "the downloaded file is not a jar or pom",
    message: "a downloaded file is none that TOOL can read",
    hint: "Look at the file in the repository: an upload that broke off, or the page of a proxy.",
  },
  PACKAGES_DEPENDENCIES_CONFLICT: {
    when: "dependencies contradict each other, or their locked versions",
    message: "the dependencies in FILE contradict each other",
    hint: "Choose one of the versions that are shown above, in dependencyManagement or by a constraint; LOCK updates locked ones.",
  },
  PACKAGES_REPOSITORY_MISSING: {
    when: "the build file names no repository to download from",
    message: "FILE names no repository that has SUBJECT",
    hint: "Write repositories { mavenCentral() } into FILE; for plugins, into pluginManagement of settings.gradle.",
  },
  PACKAGES_VERSION_MISSING: {
    when: "a dependency has no version, and no parent or platform gives it one",
    message: "a dependency in FILE has no version",
    hint: "Write its version, or import the platform (BOM) or parent that has it.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
