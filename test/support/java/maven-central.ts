// @needs mvn
import { builtInRepository } from "../../../builder-packager/src/inventory/maven-repository.ts";

/** The repository that Debian's Maven asks where nobody says otherwise, without a slash at its end. */
export async function mavenCentral(): Promise<string> {
  const url = await builtInRepository("/usr/share/maven");
  if (url === undefined) throw new Error("Debian's Maven in /usr/share/maven defines no repository");
  return url.replace(/\/$/, "");
}
