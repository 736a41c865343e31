import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { statusScreen } from "./status-screen.ts";

function screenOn(settings: { readonly hasStatus: boolean }, columns = 20) {
  const stream = Object.assign(new PassThrough(), { isTTY: settings.hasStatus, columns });
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const screen = statusScreen(stream as unknown as NodeJS.WriteStream, { ...settings, color: false });
  return { screen, written: () => text };
}

const clear = "\r\u001b[K";
const inverse = (text: string) => `\u001b[7m${text}\u001b[0m`;

test("the status line is cleared before a log line and drawn again after it", () => {
  const { screen, written } = screenOn({ hasStatus: true });
  screen.status("building");
  screen.reporter.step("Detecting");
  screen.close();
  expect(written()).toBe(`${clear}${inverse("building")}${clear}===> Detecting\n${inverse("building")}${clear}`);
});

test("the status line is cut at the width of the terminal, and an unchanged status line is not drawn again", () => {
  const { screen, written } = screenOn({ hasStatus: true }, 25);
  screen.status("x".repeat(40));
  screen.status("x".repeat(40));
  expect(written()).toBe(`${clear}${inverse("x".repeat(24))}`);
});

test("output without a terminal has no status line", () => {
  const { screen, written } = screenOn({ hasStatus: false });
  screen.status("building");
  screen.program("app", "listening");
  screen.error(new CnbError("APP_ENDED", "it ended", { hint: "Look." }));
  screen.close();
  expect(written()).toBe("app | listening\nERROR: it ended\nHINT: Look.\nCODE: APP_ENDED\n");
});

test("the output of a program cannot move the cursor or set the terminal's title", () => {
  const { screen, written } = screenOn({ hasStatus: false });
  screen.program("app", "\u001b]0;title\u0007a\u001b[2Jb\rc");
  expect(written()).toBe("app | abc\n");
});
