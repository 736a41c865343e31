// @needs processes
import { describeConformance } from "../package-manager.conformance.ts";

const ms = {
  version: "2.1.3",
  integrity: "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==",
  license: "MIT",
};
const isNumber = {
  version: "7.0.0",
  integrity: "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==",
  license: "MIT",
};

const lockfile = (packages: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages });

describeConformance("npm", {
  manifest: {},
  range: "*",
  simple: {
    "package-lock.json": lockfile({
      "": { name: "app", version: "1.0.0", dependencies: { ms: "2.1.3" }, devDependencies: { "is-number": "7.0.0" } },
      "node_modules/ms": ms,
      "node_modules/is-number": { ...isNumber, dev: true },
    }),
  },
  workspaces: {
    "package-lock.json": lockfile({
      "": { name: "root", version: "1.0.0", workspaces: ["packages/*"] },
      "node_modules/@app/web": { resolved: "packages/web", link: true },
      "node_modules/@app/lib": { resolved: "packages/lib", link: true },
      "node_modules/@app/other": { resolved: "packages/other", link: true },
      "node_modules/ms": ms,
      "node_modules/is-number": isNumber,
      "packages/web": { name: "@app/web", version: "1.0.0", dependencies: { "@app/lib": "*" } },
      "packages/lib": { name: "@app/lib", version: "1.0.0", dependencies: { ms: "2.1.3" } },
      "packages/other": { name: "@app/other", version: "1.0.0", dependencies: { "is-number": "7.0.0" } },
    }),
  },
  credentials: { ".npmrc": "fund=false\n//registry.test/:_authToken=s3cret\n" },
});
