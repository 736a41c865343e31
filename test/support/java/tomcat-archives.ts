import type { Mirror } from "../file-mirror.ts";
import { centralMirror } from "./central-mirror.ts";

/** A mirror of Tomcat's downloads on the loopback interface, for `BP_TOMCAT_MIRROR`. */
export const tomcatMirror = (): Promise<Mirror> =>
  centralMirror((file) => {
    const [, version] = /^apache-tomcat-(.+)\.tar\.gz$/.exec(file) ?? [];
    return version === undefined ? undefined : `org/apache/tomcat/tomcat/${version}/tomcat-${version}.tar.gz`;
  });
