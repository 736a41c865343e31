import type { Plan } from "libcnb";
import { jdk, jre } from "./provided.ts";
import type { Kind } from "./release-entry.ts";
import type { Settings } from "./settings.ts";

/** The requirements for Java in the build and at launch. */
export interface Needs {
  /** True if the build needs a JDK. */
  readonly jdk: boolean;
  /**
   * The content of the layer `jre`: a JRE, a JDK, or a linked runtime; `undefined` if there is no
   * such layer.
   */
  readonly runtime: "jre" | "jdk" | "linked" | undefined;
  /** True if the layer `jre` is available in the build. */
  readonly build: boolean;
  readonly launch: boolean;
}

/** Combines the requirements of other buildpacks with the settings. */
export function needsOf(plan: Plan, settings: Pick<Settings, "BP_JVM_TYPE" | "BP_JVM_JLINK_ENABLED">): Needs {
  const [forJdk, forJre] = [plan.resolve(jdk), plan.resolve(jre)];
  const launch = forJdk?.launch === true || (forJre !== undefined && (forJre.launch || !forJre.build));
  const build = forJre?.build === true && forJdk === undefined;
  const isJdk = forJdk?.launch === true || settings.BP_JVM_TYPE === "JDK";
  const small = settings.BP_JVM_JLINK_ENABLED ? "linked" : "jre";
  const held = isJdk ? "jdk" : small;
  return { jdk: forJdk !== undefined, runtime: build || launch ? held : undefined, build, launch };
}

/** The kinds of releases to install. The first kind determines the version. */
export const kindsOf = ({ jdk, runtime }: Needs): readonly Kind[] => [
  ...(jdk || runtime === "jdk" || runtime === "linked" ? ["jdk" as const] : []),
  ...(runtime === "jre" ? ["jre" as const] : []),
];
