import { describeConformance } from "../package-manager.conformance.ts";
import { lockedApp, type TestLock } from "../test-lock.ts";

const lock: TestLock = { command: ["uv==0.13.9", "lock"], lockfile: "uv.lock" };

describeConformance("uv", {
  simple: await lockedApp("itsdangerous==2.2.0", lock),
  changed: await lockedApp("blinker==1.9.0", lock),
  change: "pyproject.toml changed, uv.lock changed",
  credentials: {
    "uv.toml": '[[index]]\nname = "own"\nurl = "https://me:s3cret@packages.example.com/simple"\nexplicit = true\n',
  },
});
