import { buildImage } from "@libcnb/packager/testing";
import { expect, test } from "vitest";
import { type App, appFolder, appInDirectory } from "../../support/apps/app.ts";
import { gradleJar, plainJar, server, small, smallMaven } from "../../support/java/apps.ts";
import { quarkus, spring, webApp } from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";

const world = useJavaWorld({ near: true });

/** The archives that Maven and Gradle write contain times, unless these are removed. */
const apps: Readonly<Record<string, App>> = {
  Maven: { files: smallMaven() },
  Gradle: { files: { ...gradleJar, ...small.code } },
  "Spring Boot": { files: spring("3.5.7", ["web"]) },
  // older ones write classes in another order, and times, in each build: 3.15 does
  Quarkus: { files: quarkus("", "3.38.0") },
  "a WAR on Tomcat": { files: webApp() },
  "a jar": plainJar(server('"1"'), "Build-Jdk-Spec: 17\n"),
};

test.for(Object.entries(apps))(
  "%s: builds in different directories at different times give equal digests",
  async ([, app]) => {
    const folder = await appFolder(app);
    await using first = await buildImage({ ...world(), app: folder });
    await using other = await appInDirectory(folder);
    const umask = process.umask(0o077);
    try {
      await using second = await buildImage({ ...world(), app: other.app });
      const digests = (image: typeof first) => image.report.layers.map(({ name, diffId }) => `${name} ${diffId}`);
      expect(digests(second)).toEqual(digests(first));
      expect(second.report.manifestDigest).toBe(first.report.manifestDigest);
    } finally {
      process.umask(umask);
    }
  },
);
