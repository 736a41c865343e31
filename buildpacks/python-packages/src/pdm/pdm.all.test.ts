import { describeConformance } from "../package-manager.conformance.ts";
import { lockedApp, type TestLock } from "../test-lock.ts";

const lock: TestLock = {
  command: ["pdm==2.29.3", "lock"],
  lockfile: "pdm.lock",
  tables: "[tool.pdm]\ndistribution = false\n",
};

describeConformance("PDM", {
  simple: await lockedApp("itsdangerous==2.2.0", lock),
  changed: await lockedApp("blinker==1.9.0", lock),
  change: "pdm.lock changed, pyproject.toml changed",
  credentials: {
    "pdm.toml": '[repository.own]\nurl = "https://packages.example.com/"\nusername = "me"\npassword = "s3cret"\n',
  },
});
