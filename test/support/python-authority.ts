import { npmSetting } from "./cnb.ts";

/** Whom Python's tools have to trust, behind a proxy that signs for others. */
export const pythonAuthority = async (): Promise<string | undefined> =>
  process.env["PIP_CERT"] ?? (await npmSetting("cafile"));
