import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type DownloadFile, defineBuildpack, LibcnbError, pass, temporaryLayer } from "libcnb";
import { build, tarball, unchecked } from "libcnb/testing";
import { expect, test } from "vitest";
import { unpacking } from "./unpacking.ts";

const uri = "https://x.test/x.tar.gz";
const dependencies = [{ id: "x", version: "1.0.0", uri }];
const parts = ["bin", "include"];

/** A build with a layer for each part; `downloaded` gets the files that are downloaded. */
const builder = (downloaded: string[]) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ download, inventory, layers }) {
      const reporting: DownloadFile = (url, options) => {
        downloaded.push(options.to);
        return download(url, options);
      };
      const release = await inventory.resolve("x");
      await unpacking(reporting, async (unpack) => {
        for (const part of parts)
          await layers.provide(temporaryLayer(part, { build: true, launch: false }), {
            create: ({ path }) => unpack(release, path, (name) => name.startsWith(`${part}/`)),
          });
      });
    },
  });

test("several layers unpack parts of one archive, which is downloaded once and removed at the end", async () => {
  const downloaded: string[] = [];
  const files = { "x-1.0.0/bin/x": "program", "x-1.0.0/include/x.h": "header", "x-1.0.0/README": "" };
  const { layers } = await build(builder(downloaded), {
    buildpack: { metadata: { dependencies } },
    downloads: { [uri]: unchecked(await tarball(files)) },
  });
  expect([layers["bin/bin/x"], layers["include/include/x.h"], layers["bin/README"]]).toEqual([
    "program",
    "header",
    undefined,
  ]);
  expect(downloaded).toHaveLength(1);
  expect(existsSync(dirname(downloaded[0] ?? ""))).toBe(false);
});

test.for([
  [
    "a failed download with its cause, and names the variable for a mirror",
    new LibcnbError("DOWNLOAD_FAILED", "could not download x", { cause: "no network", hint: "Check the network." }),
    {
      code: "DOWNLOAD_FAILED",
      cause: "no network",
      hint: "Check the network. To download from a mirror, set BP_X_MIRROR.",
    },
  ],
  [
    "a wrong checksum, and does not name the variable for a mirror",
    new LibcnbError("DOWNLOAD_CHECKSUM_MISMATCH", "x has another checksum", { hint: "Download it again." }),
    { code: "DOWNLOAD_CHECKSUM_MISMATCH", hint: "Download it again." },
  ],
] as const)("the installation of a release reports %s", async ([, error, expected]) => {
  const release = { uri } as Parameters<Parameters<Parameters<typeof unpacking>[1]>[0]>[0];
  const failing: DownloadFile = () => Promise.reject(error);
  await expect(unpacking(failing, (unpack) => unpack(release, "x", () => true), "BP_X_MIRROR")).rejects.toMatchObject({
    ...expected,
    message: error.message,
  });
});
