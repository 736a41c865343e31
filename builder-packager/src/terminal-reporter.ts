import { styleText } from "node:util";
import { withoutSecrets } from "./address.ts";
import type { Reporter } from "./reporter.ts";

interface Settings {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** Prints progress for people: steps in bold, facts and tool output below them. Colours only on a terminal and without NO_COLOR. */
export function terminalReporter(stream: NodeJS.WriteStream, settings: Settings): Reporter {
  const colored = settings.color !== false && stream.isTTY === true && !process.env["NO_COLOR"];
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colored ? styleText(format, text, { validateStream: false }) : text;
  const print = (text: string) => void stream.write(`${withoutSecrets(text)}\n`);
  const unlessQuiet = settings.quiet ? () => {} : print;
  return {
    step: (text) => unlessQuiet(style("bold", `===> ${text}`)),
    info: (text) => unlessQuiet(indent(text, "     ")),
    warn: (text) => print(style("yellow", `WARNING: ${text}`)),
    debug: (text) => settings.verbose && print(style("dim", indent(text, "     "))),
    output: (line) => unlessQuiet(`     ${style("dim", "|")} ${line}`),
  };
}

const indent = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);
