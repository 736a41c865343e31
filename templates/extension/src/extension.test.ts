import "libcnb/testing/vitest";
import { detect, generate } from "libcnb/testing";
import { expect, test } from "vitest";
import extension from "./extension.ts";

test("detect passes for an app with an Aptfile", async () => {
  expect(await detect(extension, { app: { Aptfile: "jq\n" } })).toPass();
});

test("detect fails for an app without an Aptfile, and gives the reason", async () => {
  expect(await detect(extension)).toFail("the app has no Aptfile");
});

test("the Dockerfiles install the packages in the build image and the run image", async () => {
  const { log, output } = await generate(extension, {
    app: { Aptfile: "# for reports\njq\nlibpq5 # for the database\n" },
  });
  expect(log).toEqual(["Installing jq libpq5"]);
  expect(Object.keys(output)).toEqual(["build.Dockerfile", "run.Dockerfile"]);
  for (const dockerfile of Object.values(output)) {
    expect(dockerfile).toContain(
      "--no-install-recommends jq libpq5 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin",
    );
  }
});

test("an invalid package name in the Aptfile is refused", async () => {
  await expect(generate(extension, { app: { Aptfile: "jq\n$(reboot)\n" } })).rejects.toThrow(
    "Aptfile contains lines that are not names of packages: $(reboot)",
  );
});
