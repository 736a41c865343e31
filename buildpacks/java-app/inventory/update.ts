import { join } from "node:path";
import { downloadText, runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { refresh } from "./refresh.ts";
import { installedCentral } from "./upstream.ts";

const buildpacks = join(import.meta.dirname, "../..");

await runUpdater({
  command: "npm run inventory:java-tools",
  about: `Adds the newest Maven, Gradle and Tomcat of each line to buildpack.toml: Maven and Tomcat from the Maven repository, Gradle from its own server.
Existing releases stay. If a source cannot be reached, nothing is added from it.`,
  flags: {
    lines: { value: "maven-3.10,tomcat-12.0", about: "release lines to add", default: "" },
    central: {
      value: "address",
      about: "the URL of a Maven repository (default: the repository of the installed Maven)",
    },
    gradle: {
      value: "address",
      about: "the URL of the server with the releases of Gradle",
      default: "https://services.gradle.org",
    },
  },
  file: ["java-build", "java-start"].map((name) => join(buildpacks, name, "buildpack.toml")),
  async refresh(texts, { central, gradle = "", lines = "" }) {
    const sources = { central: central ?? (await installedCentral()), gradle };
    const looking = { sources, read: downloadText, lines: lines.split(",") };
    const all = await Promise.all(texts.map((text) => refresh(text, looking)));
    return {
      texts: all.map(({ text }) => text),
      failures: all.flatMap(({ failures }) => failures),
      changes: all.flatMap(({ changes }) => changes),
    };
  },
});
