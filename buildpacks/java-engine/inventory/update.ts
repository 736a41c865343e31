import { join } from "node:path";
import { type Policy, refreshReleases } from "@libcnb/app-kit/inventory/release-list";
import { downloadText, runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { javaReleases } from "./releases.ts";
import { upstream } from "./upstream.ts";

await runUpdater({
  command: "npm run inventory:java",
  about: `Refreshes the releases of Java in buildpack.toml: those of Liberica and Temurin from GitHub, those of Zulu from Azul.
What cannot be reached stays as it is.`,
  flags: {
    lines: { value: "21,25", about: "the lines of Java to have", default: "8,11,17,21,25" },
    newest: { value: "2", about: "how many versions of each line to have, for each processor", default: "2" },
    github: { value: "address", about: "another interface of GitHub", default: "https://api.github.com" },
    azul: { value: "address", about: "another interface of Azul", default: "https://api.azul.com" },
  },
  file: join(import.meta.dirname, "../buildpack.toml"),
  async refresh([before = ""], { lines = "", newest = "", github = "", azul = "" }) {
    const policy = policyOf(lines, newest);
    return refreshReleases(javaReleases, before, await upstream({ github, azul }, policy, downloadText), policy);
  },
});

function policyOf(lines: string, newest: string): Policy {
  if (!/^\d+(,\d+)*$/.test(lines) || !/^[1-9]\d*$/.test(newest))
    throw new Error("--lines takes lines of Java, such as 21,25; --newest takes a number of at least 1");
  return { lines: lines.split(","), newest: Number(newest) };
}
