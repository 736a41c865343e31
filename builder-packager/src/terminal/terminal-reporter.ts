import { styleText } from "node:util";
import type { Reporter } from "../reporter.ts";
import { withoutSecrets } from "../text/address.ts";
import { printable } from "../text/printable.ts";
import { toolLine } from "./tool-line.ts";

interface Settings {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/**
 * Creates a reporter that prints progress to a terminal or file: steps in bold, facts and tool
 * output below them. Colors are used only on a terminal and without NO_COLOR. Tools may use colors;
 * other control sequences are removed.
 */
export function terminalReporter(stream: NodeJS.WriteStream, settings: Settings): Reporter {
  // a log of CI shows the colours of tools that insist on them
  const keepsColors = settings.color !== false && !process.env["NO_COLOR"];
  const colored = settings.color !== false && stream.isTTY === true && !process.env["NO_COLOR"];
  const style = (format: "bold" | "yellow" | "dim", text: string) =>
    colored ? styleText(format, printable(text), { validateStream: false }) : printable(text);
  const progress = progressLine(stream);
  const print = (text: string) => void stream.write(`${progress.cleared()}${withoutSecrets(text)}\n`);
  const unlessQuiet = settings.quiet ? () => {} : print;
  return {
    step: (text) => unlessQuiet(style("bold", `===> ${text}`)),
    info: (text) => unlessQuiet(indent(printable(text), "     ")),
    warn: (text) => print(style("yellow", `WARNING: ${text}`)),
    debug: (text) => settings.verbose && print(style("dim", indent(printable(text), "     "))),
    output: (line) => unlessQuiet(`     ${style("dim", "|")} ${toolLine(line, { color: keepsColors })}`),
    progress: (text) =>
      void (settings.quiet || progress.show(text && indent(printable(withoutSecrets(text)), "     "))),
  };
}

/** The interval of progress lines if the output is not a terminal, such as a CI log. */
const plainEveryMs = 10_000;

/** A progress line, which is overwritten on a terminal. */
function progressLine(stream: NodeJS.WriteStream) {
  let shown = false;
  let reported: number | undefined;
  const cleared = (): string => {
    const clear = shown ? "\r\u001b[K" : "";
    shown = false;
    return clear;
  };
  const showOver = (text: string | undefined) => {
    stream.write(`${cleared()}${text?.slice(0, Math.max(20, (stream.columns ?? 80) - 1)) ?? ""}`);
    shown = text !== undefined;
  };
  const showPlain = (text: string | undefined) => {
    const now = Date.now();
    if (text === undefined) reported = undefined;
    else if (reported === undefined) reported = now;
    else if (now - reported >= plainEveryMs) {
      reported = now;
      stream.write(`${text}\n`);
    }
  };
  return { cleared, show: stream.isTTY === true ? showOver : showPlain };
}

const indent = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);
