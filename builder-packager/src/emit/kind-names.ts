/** The default of `--job-image`. */
export const defaultJobImage = "node:24";

/** The systems for which `cnb emit` writes manifests that build an app. */
export const buildKinds = [
  "tekton",
  "kpack",
  "shipwright",
  "kubernetes",
  "github",
  "gitlab",
  "circleci",
  "azure",
  "jenkins",
  "bitbucket",
  "woodpecker",
  "spring-maven",
  "spring-gradle",
] as const;

export type BuildKind = (typeof buildKinds)[number];

/** All kinds of manifests. */
export const emitKinds = [...buildKinds, "kubernetes-rebase"] as const;

export type EmitKind = (typeof emitKinds)[number];
