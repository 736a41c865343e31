import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { SpringBoot } from "./boot.ts";

/** The labels of a Spring Boot app: its name, its version, and its configuration properties. */
export async function springLabels(app: App, boot: SpringBoot): Promise<Readonly<Record<string, string>>> {
  const { manifest, version } = boot;
  const labels = {
    "org.opencontainers.image.title": manifest.get("Implementation-Title"),
    "org.opencontainers.image.version": manifest.get("Implementation-Version"),
    "org.springframework.boot.version": version,
    "org.springframework.boot.spring-configuration-metadata.json": await settingsOf(app, boot),
  };
  return Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** The app's own settings, as the annotation processor of Spring Boot writes them down. */
async function settingsOf(app: App, { classes }: SpringBoot): Promise<string | undefined> {
  const file = inDir(classes, "META-INF/spring-configuration-metadata.json");
  if (!(await app.exists(file))) return undefined;
  const text = await app.readJson(file).then(
    (value) => JSON.stringify(value),
    () => "",
  );
  return text.length > mostCharacters ? undefined : text;
}

// labels are read whole by all who look at an image
const mostCharacters = 64 * 1024;
