import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { command, withReleases } from "./releases.ts";

const buildpackToml = (name: string): string => join(import.meta.dirname, "../..", name, "buildpack.toml");

await runUpdater({
  command,
  about: "Copies the releases of Node.js and of package managers from libcnb/node-engine and libcnb/node-packages.",
  file: buildpackToml("front-end"),
  async refresh([before = ""]) {
    const [engine, packages] = await Promise.all(
      ["node-engine", "node-packages"].map((name) => readFile(buildpackToml(name), "utf8")),
    );
    return { texts: [withReleases(before, engine ?? "", packages ?? "")] };
  },
});
