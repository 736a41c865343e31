import { basename } from "node:path";
import type { OpenedLifecycle } from "../../lifecycle/source.ts";
import { digestOf } from "../../oci/model/digest.ts";
import { noLauncherFile } from "../../platform/paths.ts";
import type { TarEntry } from "../../tar/entry.ts";

/**
 * The phases that other platforms start by name. Without these scripts they would report a missing
 * file, and not the reason.
 */
const phases = ["analyzer", "builder", "creator", "detector", "exporter", "extender", "rebaser", "restorer"];

/** 11: the exit code of a lifecycle for a platform that it does not support. */
const refusal = `#!/bin/sh
cat >&2 <<'END'
ERROR: this builder has no lifecycle: it was created with cnb builder create --launcher none, which only cnb build can use
HINT: Build with cnb build, or create the builder again without --launcher none.
END
exit 11
`;

const own = { uid: 0, gid: 0 };
const program = basename(noLauncherFile);

const entries: readonly TarEntry[] = [
  ...phases.map(
    (phase): TarEntry => ({
      type: "symlink",
      path: `lifecycle/${phase}`,
      mode: 0o777,
      ...own,
      target: program,
    }),
  ),
  { type: "file", path: `lifecycle/${program}`, mode: 0o755, ...own, content: Buffer.from(refusal) },
];

/**
 * The replacement for the lifecycle in a builder without a lifecycle. It supports no Platform API,
 * so platforms that check the labels refuse the builder. Its phases only print why they cannot run.
 * The supported Buildpack APIs are the same as those of `cnb build`.
 */
export const noLifecycle: OpenedLifecycle = {
  version: "0.0.0", // pack reads it as a semantic version
  apis: {
    buildpack: { deprecated: [], supported: ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"] },
    platform: { deprecated: [], supported: [] },
  },
  digest: digestOf(Buffer.from(refusal + phases.join())),
  entries: async () => entries,
};
