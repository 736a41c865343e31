import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { leaveOutEnvironments } from "./own-environments.ts";

const leavingOut = (dir: string) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ app, log }) {
      await leaveOutEnvironments(app, dir, log);
      return {};
    },
  });

const environment = (path: string) => ({
  [`${path}/pyvenv.cfg`]: "home = /somewhere/else\n",
  [`${path}/bin/python`]: "-> /somewhere/else/bin/python",
  [`${path}/lib/python3.9/site-packages/idna/__init__.py`]: "",
});

test("virtual environments with any name are removed from the directories of the app and the project", async () => {
  const kept = {
    "main.py": "",
    "env/__init__.py": "",
    ".env": "DEBUG=1",
    "api/main.py": "",
    "venv/pyvenv.cfg/strange": "",
    "other/tests/pyvenv.cfg": "home = /fixture\n",
  };
  const app = { ...kept, ...environment(".venv"), ...environment("py 3.12"), ...environment("api/.env") };
  const outcome = await build(leavingOut("api"), { app });
  expect(Object.keys(outcome.app).toSorted()).toEqual(Object.keys(kept).toSorted());
  const reported = outcome.log.flatMap((line) => /(\S.*) of the app is not in the image/.exec(line)?.[1] ?? []);
  expect(reported.map((text) => text.replace(/^.*warning: /i, ""))).toEqual([".venv", "py 3.12", "api/.env"]);
});

test("a symbolic link to a virtual environment is removed, but not its target", async () => {
  const app = { "main.py": "", "deep/own/pyvenv.cfg": "", ".venv": "-> deep/own" };
  const outcome = await build(leavingOut(""), { app });
  expect(Object.keys(outcome.app).toSorted()).toEqual(["deep/own/pyvenv.cfg", "main.py"]);
});
