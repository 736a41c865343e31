import { isTerminal, setRawMode } from "engine:process";
import { PipeReader } from "./child_process/pipes.ts";
import { systemError } from "./errors.ts";

export function isatty(fd: number): boolean {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2_147_483_647 && isTerminal(fd);
}

/** Reads from a terminal. */
export class ReadStream extends PipeReader {
  readonly isTTY = true;
  isRaw = false;

  /** Passes on each key as it is pressed, or whole lines again. */
  setRawMode(isRaw: boolean): this {
    const result = setRawMode(this.fd, isRaw);
    if (result < 0) {
      this.emit("error", systemError(result, "setRawMode"));
    } else {
      this.isRaw = isRaw;
    }
    return this;
  }
}

export default { ReadStream, isatty };
