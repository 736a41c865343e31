import { CnbError } from "../errors.ts";
import type { FileRequest } from "./tree/planned-files.ts";

/**
 * Parses the value of the option `--file`: `SOURCE:PATH[:MODE[:OWNER[:GROUP]]]`.
 *
 * @example `parseFileFlag("ca.conf:/etc/ca.conf:0640:1001:1000").owner // "1001:1000"`
 */
export function parseFileFlag(text: string): FileRequest {
  const [, source, path, digits, owner] =
    /^([^:]+):(\/[^:]+)(?::([0-7]{3,4})(?::([a-z_][a-z0-9_-]*|\d{1,9}:\d{1,9}))?)?$/.exec(text) ?? [];
  if (source !== undefined && path !== undefined) {
    const mode = digits === undefined ? undefined : Number.parseInt(digits, 8);
    return { source, path, mode, owner } as FileRequest;
  }
  throw new CnbError("ARGUMENT_INVALID", `--file ${text} is not SOURCE:PATH[:MODE[:OWNER]]`, {
    hint: "Write, for example, --file app.conf:/etc/app.conf:0640:cnb. [[files]] in base.toml has more settings.",
  });
}
