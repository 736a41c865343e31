/** The systems for which `cnb emit` writes manifests. */
export const emitKinds = ["tekton", "kpack", "github", "gitlab"] as const;

export type EmitKind = (typeof emitKinds)[number];
