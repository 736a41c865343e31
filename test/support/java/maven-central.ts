// @needs mvn
import { centralOf } from "../../../buildpacks/java-app/inventory/upstream.ts";

/** The repository that Debian's Maven asks where nobody says otherwise, without a slash at its end. */
export const mavenCentral = (): Promise<string> => centralOf("/usr/share/maven");
