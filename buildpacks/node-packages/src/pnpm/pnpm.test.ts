// @needs processes
import { describeConformance } from "../package-manager.conformance.ts";

const ms = "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==";
const isNumber = "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==";

const settings = "settings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n";

const needs = (name: string, specifier: string, version = specifier) =>
  `      '${name}':\n        specifier: ${specifier}\n        version: ${version}\n`;

const simpleImporter = `  .:
    dependencies:
${needs("ms", "2.1.3")}
    devDependencies:
${needs("is-number", "7.0.0")}`;

const workspaceImporters = `  .: {}
  packages/lib:
    dependencies:
${needs("ms", "2.1.3")}
  packages/other:
    dependencies:
${needs("is-number", "7.0.0")}
  packages/web:
    dependencies:
${needs("@app/lib", "workspace:*", "link:../lib")}`;

/** As pnpm 8 writes it; 9 reads it, too. */
const format6 = (importers: string) => `lockfileVersion: '6.0'
${settings}
importers:
${importers}
packages:
  /is-number@7.0.0:
    resolution: {integrity: ${isNumber}}
    engines: {node: '>=0.12.0'}
    dev: ${importers === simpleImporter}
  /ms@2.1.3:
    resolution: {integrity: ${ms}}
    dev: false
`;

/** As all newer ones write it. */
const format9 = (importers: string) => `lockfileVersion: '9.0'
${settings}
importers:
${importers}
packages:
  is-number@7.0.0:
    resolution: {integrity: ${isNumber}}
    engines: {node: '>=0.12.0'}
  ms@2.1.3:
    resolution: {integrity: ${ms}}
snapshots:
  is-number@7.0.0: {}
  ms@2.1.3: {}
`;

const all = ["8.15.9", "9.15.9", "10.34.9", "11.28.11", "12.21.0"];

for (const version of process.env.LIBCNB_TEST_ALL === "1" ? all : ["10.34.9"]) {
  const format = version.startsWith("8.") ? format6 : format9;
  describeConformance(`pnpm ${version}`, {
    manifest: { packageManager: `pnpm@${version}` },
    range: "workspace:*",
    simple: { "pnpm-lock.yaml": format(simpleImporter) },
    workspaces: {
      "pnpm-lock.yaml": format(workspaceImporters),
      "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
    },
    credentials: { ".npmrc": "fund=false\n//registry.test/:_authToken=s3cret\n" },
  });
}
