import type { Place, Variables } from "../build-tool.ts";

/**
 * The variables for Gradle. Where no language is set, Java before 18 takes sources for ASCII: developers' machines have UTF-8.
 */
export const gradleEnvironment = ({ home, project: { env } }: Place): Variables => ({
  GRADLE_USER_HOME: home,
  ...(env.LC_ALL || env.LC_CTYPE || env.LANG ? {} : { LC_ALL: "C.UTF-8" }),
});
