import { Command, CommanderError, Help, Option } from "commander";
import { provideContext } from "./cli-context.ts";
import { helpEnd } from "./commands/examples.ts";
import { commandsFor } from "./commands/table.ts";
import { CnbError } from "./errors.ts";
import { exitCodeOf, renderError } from "./render-error.ts";
import { watchStandardStreams } from "./standard-streams.ts";
import { terminalReporter } from "./terminal-reporter.ts";
import { usageError } from "./usage-error.ts";
import { packageVersion } from "./version.ts";

/**
 * Runs the `cnb` command and returns its exit code. The only place that prints errors and handles signals.
 *
 * @example `process.exitCode = await main(["build", "oci:app", "--path", ".", "--builder", "oci:builder"])`
 */
export async function main(argv: readonly string[]): Promise<number> {
  const streams = watchStandardStreams();
  // With an umask such as 0777 an ordinary user could not use directories that were just made.
  process.umask(process.umask(0o022) & 0o077);
  const exitCode = await execute(argv);
  const failure = await streams.failure();
  if (failure === undefined || exitCode !== 0) return exitCode;
  // Who closed the pipe has read enough and wants no words; the result did not arrive all the same.
  if (failure.code !== "EPIPE") process.stderr.write(renderError(resultLost(failure)));
  return 1;
}

const resultLost = (cause: Error): CnbError =>
  new CnbError("OUTPUT_UNWRITABLE", "cannot write the result to the standard output", {
    cause,
    hint: "Check where the standard output goes.",
  });

async function execute(argv: readonly string[]): Promise<number> {
  if (asksForVersion(argv)) {
    process.stdout.write(`${packageVersion}\n`);
    return 0;
  }
  const { program, signals } = await createProgram(argv);
  try {
    await program.parseAsync([...argv], { from: "user" });
    await tidyCache();
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (signals.received) return endNow(stoppedBy(signals.received));
    if (exitCodeOf(error) === timedOutCode) return timedOut(error, program);
    await tidyCache();
    if (error instanceof CommanderError && isHelp(error)) return error.exitCode === 0 ? 0 : 3;
    const shown = error instanceof CommanderError ? usageError(error) : error;
    printError(shown, program);
    return exitCodeOf(shown);
  } finally {
    signals.stop();
  }
}

const printError = (error: unknown, program: Command): boolean =>
  process.stderr.write(
    renderError(error, { verbose: program.opts()["verbose"] === true, docs: process.env["LIBCNB_DOCS_URL"] }),
  );

/** Of all errors that `--timeout` ends a command with. */
const timedOutCode = 124;

function timedOut(error: unknown, program: Command): number {
  printError(error, program);
  return endNow(timedOutCode);
}

/** Ends the command even if something that was given up still runs. The next command tidies the cache. */
function endNow(exitCode: number): number {
  setTimeout(() => process.exit(exitCode), 100).unref();
  return exitCode;
}

/** A command that got along without a cache does not fail because there can be none. */
async function tidyCache(): Promise<void> {
  const { tidy } = await import("./cache/tidy.ts");
  await tidy(process.env).catch(() => {});
}

/** Names of commands that put something into the cache. */
const fillsCache = /^(build|run|(buildpack|extension) package|(builder|base) create)$/;

async function prepareCache(command: Command): Promise<void> {
  const words = command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  if (!fillsCache.test(words)) return;
  const { prepare } = await import("./cache/tidy.ts");
  await prepare(process.env, words);
}

/** Help is printed already: for who asked for it, and for who named no command. */
const isHelp = ({ code, exitCode }: CommanderError): boolean => exitCode === 0 || code === "commander.help";

/** `cnb --version`. Commander would also take the `--version X.Y.Z` of a command for it. */
function asksForVersion(argv: readonly string[]): boolean {
  const command = argv.findIndex((argument) => !argument.startsWith("-"));
  return argv.slice(0, command < 0 ? argv.length : command).some((each) => each === "--version" || each === "-V");
}

const help = new Help();
const visibleOptions = (command: Command): Option[] => help.visibleOptions(command);

/** That an option which may be given several times is given never at first, goes without saying. */
function withoutEmptyDefault(option: Option): Option {
  const value: unknown = option.defaultValue;
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return empty ? new Option(option.flags, option.description) : option;
}

const versionOption = new Option("-V, --version", "output the version number");

/**
 * The command that the arguments name, below `cnb`; all of them without arguments.
 *
 * @example `(await commandTree([])).commands.map((command) => command.name())`
 */
export async function commandTree(argv: readonly string[]): Promise<Command> {
  const program = new Command("cnb")
    .description("Package buildpacks, assemble builders and build images without a Docker daemon")
    .configureHelp({
      // the flags of all commands are of use behind a command, too
      showGlobalOptions: true,
      // long flags leave little of 80 columns, and unwrapped lines none
      minWidthToWrap: 24,
      visibleOptions: (command) => [...(command.parent ? [] : [versionOption]), ...visibleOptions(command)],
      optionDescription: (option) => help.optionDescription(withoutEmptyDefault(option)),
    })
    .option("-q, --quiet", "print only results, warnings and errors")
    .option("-v, --verbose", "print details, and the stack traces of errors")
    .option("--no-color", "print without colors (also: NO_COLOR)")
    .showSuggestionAfterError()
    // errors are printed in one place
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const command of await commandsFor(argv)) command.register(program);
  for (const command of program.commands) inheritSettings(command, command.name());
  return program;
}

async function createProgram(argv: readonly string[]) {
  const signals = listenForSignals();
  const program = await commandTree(argv);
  program.hook("preAction", (_, command) => prepareCache(command));
  provideContext(program, () => ({
    reporter: terminalReporter(process.stderr, program.opts()),
    env: process.env,
    stdout: process.stdout,
    signal: signals.signal,
    cwd: process.cwd(),
  }));
  return { program, signals };
}

/** Commander throws instead of exiting only where it is told so, command by command. */
function inheritSettings(command: Command, words: string): void {
  command.exitOverride().addHelpText("after", helpEnd(words));
  for (const child of command.commands) inheritSettings(child, `${words} ${child.name()}`);
}

/** What a command may take to end by itself: containers are removed, files half written are. */
const endWithinMs = 1500;

let isNamed = false;

/** Names what ended the command, once, and gives the exit code that shells expect. */
function stoppedBy(signal: NodeJS.Signals): number {
  if (!isNamed) process.stderr.write(`Stopped by ${signal}\n`);
  isNamed = true;
  return signal === "SIGINT" ? 130 : 143;
}

/**
 * Ends the command although something does not heed the signal. What is left is what a kill leaves: sandboxes end with cnb,
 * and the next command tidies up. An app of `cnb run` gets the signals itself, and has its own time.
 */
function endSoon(signal: NodeJS.Signals): void {
  const end = () => process.listenerCount(signal) <= 1 && process.exit(stoppedBy(signal));
  setTimeout(end, endWithinMs).unref();
}

function listenForSignals() {
  const controller = new AbortController();
  const state: { received?: NodeJS.Signals; signal: AbortSignal; stop(): void } = {
    signal: controller.signal,
    stop: () => void process.off("SIGINT", abort).off("SIGTERM", abort),
  };
  function abort(signal: NodeJS.Signals) {
    // A second Ctrl-C means: now.
    if (state.received) process.exit(signal === "SIGINT" ? 130 : 143);
    state.received = signal;
    endSoon(signal);
    controller.abort(new Error(`stopped by ${signal}`));
  }
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return state;
}
