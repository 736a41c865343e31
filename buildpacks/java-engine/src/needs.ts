import type { Plan } from "libcnb";
import type { Kind } from "./inventory/entry.ts";
import { jdk, jre } from "./provided.ts";
import type { Settings } from "./settings.ts";

/** The requirements of Java for build and launch. */
export interface Needs {
  /** True if the build has a JDK. */
  readonly jdk: boolean;
  /** The content of the layer `jre`: a JRE, a JDK, or a linked runtime. `undefined` if there is none. */
  readonly runtime: "jre" | "jdk" | "linked" | undefined;
  /** True if the build sees the layer `jre`. */
  readonly build: boolean;
  readonly launch: boolean;
}

/** The requirements of other buildpacks, combined with the settings. */
export function needsOf(plan: Plan, settings: Pick<Settings, "BP_JVM_TYPE" | "BP_JVM_JLINK_ENABLED">): Needs {
  const [forJdk, forJre] = [plan.resolve(jdk), plan.resolve(jre)];
  const launch = forJdk?.launch === true || (forJre !== undefined && (forJre.launch || !forJre.build));
  const build = forJre?.build === true && forJdk === undefined;
  const isJdk = forJdk?.launch === true || settings.BP_JVM_TYPE === "JDK";
  const held = isJdk ? "jdk" : settings.BP_JVM_JLINK_ENABLED ? "linked" : "jre";
  return { jdk: forJdk !== undefined, runtime: build || launch ? held : undefined, build, launch };
}

/** The kinds of releases that are installed, the one that decides on the version first. */
export const kindsOf = ({ jdk, runtime }: Needs): readonly Kind[] => [
  ...(jdk || runtime === "jdk" || runtime === "linked" ? ["jdk" as const] : []),
  ...(runtime === "jre" ? ["jre" as const] : []),
];
