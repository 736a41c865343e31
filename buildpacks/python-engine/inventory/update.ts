import { join } from "node:path";
import { type Policy, refreshReleases } from "@libcnb/app-kit/inventory/release-list";
import { downloadText, runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { official, pythonReleases } from "./releases.ts";
import { upstream } from "./upstream.ts";

await runUpdater({
  command: "npm run inventory:python",
  about: `Refreshes the releases of Python in buildpack.toml from the newest release of python-build-standalone.
If it cannot be reached, the releases stay unchanged.`,
  flags: {
    lines: { value: "3.13,3.14", about: "the release lines of Python to include", default: "3.10,3.11,3.12,3.13,3.14" },
    newest: { value: "2", about: "the number of versions of each line and architecture", default: "2" },
    build: { value: "20260814", about: "the release to read instead of the newest" },
    latest: {
      value: "address",
      about: "the URL of the latest-release.json that names the newest release",
      default: "https://raw.githubusercontent.com/astral-sh/python-build-standalone/latest-release/latest-release.json",
    },
    releases: {
      value: "address",
      about: "the directory URL that contains 20260814/SHA256SUMS; buildpack.toml keeps the official URLs",
      default: official,
    },
  },
  file: join(import.meta.dirname, "../buildpack.toml"),
  async refresh([before = ""], { lines = "", newest = "", build, latest = "", releases = "" }) {
    const policy = policyOf(lines, newest);
    const found = await upstream({ latest, releases, build: checkedBuild(build) }, policy, downloadText).then(
      (entries) => ({ entries, failures: [] }),
      (error: unknown) => ({
        entries: [],
        failures: [`the releases stay unchanged: ${error instanceof Error ? error.message : error}`],
      }),
    );
    return refreshReleases(pythonReleases, before, found, policy);
  },
});

function policyOf(lines: string, newest: string): Policy {
  const policy = { lines: lines.split(",").map((line) => line.trim()), newest: Number(newest) };
  const isValid = policy.lines.every((line) => /^3\.\d{1,2}$/.test(line));
  if (isValid && Number.isInteger(policy.newest) && policy.newest > 0) return policy;
  throw new Error(
    "--lines takes release lines of Python and --newest a positive number, such as --lines 3.13,3.14 --newest 2",
  );
}

function checkedBuild(build: string | undefined): string | undefined {
  if (build === undefined || /^\d{8}$/.test(build)) return build;
  throw new Error("--build takes the date of a release of python-build-standalone, such as --build 20260814");
}
