import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project.ts";
import type { SpringBoot } from "./boot.ts";

/**
 * The option for ahead-of-time processing; omitted with a warning for an app without it, which
 * would not start.
 */
export async function aheadOfTime(
  { classes, startClass = "" }: SpringBoot,
  { app, log }: Project,
): Promise<readonly string[]> {
  const file = inDir(classes, `${startClass.replaceAll(".", "/")}__ApplicationContextInitializer.class`);
  if (await app.exists(file)) return ["-Dspring.aot.enabled=true"];
  log.warn(
    "BP_SPRING_AOT_ENABLED is true, but the app was not processed ahead of time: let the build run process-aot of spring-boot-maven-plugin, or Gradle's plugin org.springframework.boot.aot.",
  );
  return [];
}
