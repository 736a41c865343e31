import { defineExtension, dockerfile, fail, pass, UserError } from "libcnb";

// The files that apt writes about its own run differ each time, so the layer would differ as well.
const tidy = "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache /var/log/*";

export default defineExtension({
  async detect({ app }) {
    return (await app.exists("Aptfile")) ? pass() : fail("the app has no Aptfile");
  },

  async generate({ app, log }) {
    const packages = packagesIn(await app.readText("Aptfile"));
    log.step(`Installing ${packages.join(" ")}`);
    const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")} && ${tidy}`;
    return {
      build: dockerfile.build().user("root").run(install),
      run: dockerfile.run().user("root").run(install).rebasable(false),
    };
  },
});

/** One package a line, comments begin with `#`. The file is the app's: only names reach the shell. */
function packagesIn(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  const packages = lines.filter((line) => line !== "");
  const wrong = packages.filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name));
  if (wrong.length === 0 && packages.length > 0) return packages;
  throw new UserError(
    "APTFILE_INVALID",
    wrong.length > 0
      ? `Aptfile contains lines that are not names of packages: ${wrong.join(", ")}`
      : "Aptfile is empty",
    {
      hint: "Write the name of one Debian package per line.",
    },
  );
}
