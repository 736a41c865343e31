import { buildImage } from "@libcnb/packager/testing";
import { expect, test } from "vitest";
import { type App, appFolder, appInDirectory } from "../../support/apps/app.ts";
import { requirements, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();

/** The small app of each tool; one with native code that is compiled, and one that has programs and static files. */
const apps: Readonly<Record<string, App>> = {
  ...Object.fromEntries(
    Object.entries(tools).map(([name, { files, lock }]) => [name, { files: files(), commands: lock }]),
  ),
  "a compiled package": {
    files: {
      ".python-version": "3.11\n",
      "main.py": "import markupsafe\n\nprint(markupsafe.escape('<'))\n",
      "requirements.txt": requirements("--no-binary markupsafe", "markupsafe==3.0.2"),
    },
  },
  "many packages": {
    files: {
      "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
      "requirements.txt": requirements("fastapi==0.124.0", "uvicorn==0.38.0"),
    },
  },
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
