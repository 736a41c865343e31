import { expect, test } from "vitest";
import { lockedOfReport, withReport } from "./pip-report.ts";

const report = {
  version: "1",
  install: [
    {
      download_info: {
        url: "https://files.test/packages/38/0c/uvicorn-0.54.0-py3-none-any.whl",
        archive_info: { hashes: { sha256: "505b" }, hash: "sha256=505b" },
      },
      requested: true,
      requested_extras: ["standard"],
      metadata: { name: "uvicorn", version: "0.54.0" },
    },
    {
      download_info: {
        url: "https://files.test/torch-2.0%2Bcpu-py3-none-any.whl",
        archive_info: { hashes: { sha256: "07" } },
      },
      requested: true,
      metadata: { name: "torch", version: "2.0+cpu" },
    },
    {
      download_info: { url: "file:///workspace", dir_info: {} },
      requested: false,
      metadata: { name: "lib", version: "1" },
    },
    { metadata: {} },
    "nonsense",
  ],
};

test("files, digests and requested packages are read from pip's installation report", () => {
  const entry = { scope: "runtime", files: [] };
  expect(lockedOfReport(JSON.stringify(report))).toEqual([
    {
      ...entry,
      name: "uvicorn",
      version: "0.54.0",
      files: [{ name: "uvicorn-0.54.0-py3-none-any.whl", hash: "sha256:505b" }],
    },
    {
      ...entry,
      name: "torch",
      version: "2.0+cpu",
      files: [{ name: "torch-2.0+cpu-py3-none-any.whl", hash: "sha256:07" }],
    },
    { ...entry, name: "lib", version: "1" },
    { ...entry, name: "app", version: undefined, role: "app", dependencies: ["uvicorn[standard]", "torch"] },
  ]);
});

test("pip's installation report determines which file of the lockfile was installed", () => {
  const several = ["sha256:505b", "sha256:ffff"].map((hash) => ({ name: undefined, hash }));
  const locked = ["Uvicorn", "lib", "other"].map(
    (name) => ({ name, version: "1", files: several, scope: "runtime" }) as const,
  );
  expect(withReport(locked, JSON.stringify(report)).map(({ files }) => files)).toEqual([
    [{ name: "uvicorn-0.54.0-py3-none-any.whl", hash: "sha256:505b" }],
    several,
    several,
  ]);
  expect(withReport(locked, undefined)).toEqual(locked);
});
