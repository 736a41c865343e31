import { join } from "node:path";
import { type Policy, refreshReleases } from "@libcnb/app-kit/inventory/release-list";
import { downloadText, runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { javaReleases } from "./releases.ts";
import { upstream } from "./upstream.ts";

await runUpdater({
  command: "npm run inventory:java",
  about: `Refreshes the releases of Java in buildpack.toml: those of Liberica and Temurin from GitHub, those of Zulu from Azul.
If a source cannot be reached, its releases stay unchanged.`,
  flags: {
    lines: { value: "21,25", about: "the release lines of Java to include", default: "8,11,17,21,25" },
    newest: { value: "2", about: "the number of versions of each line and architecture", default: "2" },
    github: { value: "address", about: "the URL of the GitHub API", default: "https://api.github.com" },
    azul: { value: "address", about: "the URL of the API of Azul", default: "https://api.azul.com" },
  },
  file: join(import.meta.dirname, "../buildpack.toml"),
  async refresh([before = ""], { lines = "", newest = "", github = "", azul = "" }) {
    const policy = policyOf(lines, newest);
    return refreshReleases(javaReleases, before, await upstream({ github, azul }, policy, downloadText), policy);
  },
});

function policyOf(lines: string, newest: string): Policy {
  if (!/^\d+(,\d+)*$/.test(lines) || !/^[1-9]\d*$/.test(newest))
    throw new Error("--lines takes release lines of Java, such as 21,25. --newest takes a number of at least 1.");
  return { lines: lines.split(","), newest: Number(newest) };
}
