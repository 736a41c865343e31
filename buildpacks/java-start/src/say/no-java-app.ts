import { isArchive } from "../detect/names.ts";

/** The message for an app that is not in Java. */
export function noJavaApp(dir: string, names: readonly string[]): string {
  const where = dir === "" ? "the app" : dir;
  const jars = names.filter(isArchive);
  if (jars.length > 0)
    return `no Java app: none of ${jars.slice(0, 3).join(", ")} is known to start (a manifest with Main-Class), or they are tools of an app in another language. If one is the app, name it in BP_EXECUTABLE_JAR_LOCATION.`;
  if (names.some((name) => /\.(java|kt|scala|groovy)$/.test(name)))
    return `no Java app: ${where} has neither pom.xml nor build.gradle, and nothing that is built already. Add one of them: sources alone say neither what they need nor what starts.`;
  return `no Java app: ${where} has no pom.xml, build.gradle or build.gradle.kts, no jar or WAR that starts, unpacked or not, and no folders bin and lib of a distribution. Set BP_JAVA_PROJECT_PATH to the folder of the project if it is another one.`;
}
