/** Last step of the package's build: the versions of this release go where they are found without the repository. */
import { writeFileSync } from "node:fs";
import { workspaceRelease } from "./release.ts";

writeFileSync(new URL("release.json", import.meta.url), `${JSON.stringify(workspaceRelease(), null, 2)}\n`);
