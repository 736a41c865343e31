import { UserError } from "libcnb";
import { isArchive } from "../detect/names.ts";
import type { Project } from "../project.ts";

/** Reports why nothing can be started, with a hint. */
export async function nothingToStart({ app, dir, procfile }: Project): Promise<UserError> {
  const names = [...new Set([...(await app.list(dir)), ...(await app.list())])];
  const jars = names.filter(isArchive);
  const where = procfile === undefined ? "there is no Procfile" : "the Procfile has no web";
  if (jars.length > 0)
    return new UserError(
      "JAVA_START_MISSING",
      `nothing to start: ${jars.join(", ")} ${jars.length === 1 ? "has" : "have"} no Main-Class in the manifest, and ${where}`,
      {
        hint: 'Let the build make a jar that starts: by the plugin of Spring Boot, Quarkus or Micronaut, by mainClass of maven-jar-plugin or maven-shade-plugin, or by Gradle\'s plugin application; or write the command into a Procfile, such as "web: java -cp app.jar com.example.App".',
      },
    );
  return new UserError(
    "JAVA_START_MISSING",
    `nothing to start: ${where}, and the app has no jar or WAR that starts, unpacked or not, no Quarkus app, and no scripts of a distribution`,
    {
      hint: 'Write the command into a Procfile, such as "web: java -cp classes com.example.App", or set BP_JAVA_START to it; BP_JAVA_START=none makes an image without a process.',
    },
  );
}
