import { isTerminal } from "engine:process";

export function isatty(fd: number): boolean {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2_147_483_647 && isTerminal(fd);
}

export default { isatty };
