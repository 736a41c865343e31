import type { Distribution } from "./inventory/entry.ts";
import type { JavaRequest } from "./requests.ts";

/** Whose builds are taken where nobody asks for others. */
const usual: Distribution = "liberica";

/** Whose build of OpenJDK is installed: what the user of the build says, else the file that decides on the version. */
export const distributionOf = (setting: Distribution | undefined, [winner]: readonly JavaRequest[]): Distribution =>
  setting ?? winner?.distribution ?? usual;
