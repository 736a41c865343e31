import { X509Certificate } from "node:crypto";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeJks } from "../../../buildpacks/java-engine/src/trust/jks.ts";
import type { Recipe } from "../apps/dockerfile-app.ts";
import { cnbSucceeds, npmSetting } from "../cnb.ts";
import { installedJdk, installedJre } from "./archives.ts";
import { installedGradle } from "./gradle-archives.ts";
import { installedMaven } from "./maven-archives.ts";

/** The stages of an app. */
export interface JavaStages {
  readonly java: "17" | "11";
  /** The stages of the build: first the files that determine downloads, then the source. */
  readonly build: string;
  /** The jar in the end. */
  readonly jar: string;
}

/**
 * Two stages: the build where a JDK, Maven and Gradle are, the jar upon a JRE. The slim image stands for `eclipse-temurin:17-jre`: the JRE of these
 * tests upon a Debian of the size of the official one's system, with the packages that its Dockerfile installs.
 */
export const javaRecipe = ({ java, build, jar }: JavaStages): Recipe => ({
  dockerfile: `FROM localhost/tools AS build
WORKDIR /build
${build}
FROM localhost/slim
WORKDIR /app
COPY --from=build /build/${jar} app.jar
USER 1000
ENTRYPOINT ["java", "-jar", "app.jar"]
`,
  slim: image("jre"),
  tools: `${image("jdk")}COPY slim/maven /opt/maven
COPY slim/gradle /opt/gradle
ENV PATH=/opt/maven/bin:/opt/gradle/bin:/opt/java/bin:/usr/bin:/bin
`,
  async fillSlim(folder) {
    await cp(await installedJre(java), join(folder, "jre"), { recursive: true });
    await cp(await installedJdk(java), join(folder, "jdk"), { recursive: true });
    await trustAuthority(join(folder, "jdk/lib/security/cacerts"));
    await cp(await installedMaven(), join(folder, "maven"), { recursive: true });
    await cp(await installedGradle(), join(folder, "gradle"), { recursive: true });
  },
  settings: async () => ({ args: {}, authority: undefined }),
});

const image = (kind: "jdk" | "jre"): string => `FROM localhost/base
USER root
COPY slim/${kind} /opt/java
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/usr/bin:/bin
`;

/** Behind a proxy that signs for others, the JDK has to know whom to trust. */
async function trustAuthority(file: string): Promise<void> {
  const authority = await npmSetting("cafile");
  if (authority === undefined) return;
  const [...texts] =
    (await readFile(authority, "utf8")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  await rm(file, { force: true });
  await writeFile(file, writeJks(texts.map((text) => new X509Certificate(text).raw)));
}

/** Packages of `debian:bookworm-slim`, and what the Dockerfiles of `eclipse-temurin` install. */
const packages = [
  "apt",
  "base-files",
  "base-passwd",
  "bash",
  "bsdutils",
  "coreutils",
  "dash",
  "debconf",
  "debian-archive-keyring",
  "debianutils",
  "diffutils",
  "dpkg",
  "e2fsprogs",
  "findutils",
  "gpgv",
  "grep",
  "gzip",
  "hostname",
  "init-system-helpers",
  "libc-bin",
  "login",
  "logsave",
  "mawk",
  "mount",
  "ncurses-base",
  "ncurses-bin",
  "passwd",
  "perl-base",
  "sed",
  "sysvinit-utils",
  "tar",
  "tzdata",
  "util-linux",
  "usr-is-merged",
  "ca-certificates",
  "curl",
  "fontconfig",
  "locales",
  "p11-kit",
  "wget",
];

/** Makes the base of the stand-in in `dir`, and gives its layout. */
export async function makeTemurinBase(dir: string): Promise<string> {
  const file = join(dir, "temurin-base.toml");
  await writeFile(
    file,
    `name = "localhost/temurin"\nid = "temurin"\nsuite = "bookworm"\ncomponents = ["main"]\npackages = ${JSON.stringify(packages)}\n`,
  );
  await cnbSucceeds(["base", "create", `oci:${dir}/temurin`, "--config", file]);
  return `oci:${dir}/temurin-run`;
}
