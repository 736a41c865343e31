import { Command, CommanderError, Help, Option } from "commander";
import { provideContext } from "./cli-context.ts";
import { helpEnd } from "./commands/examples.ts";
import { commandsFor } from "./commands/table.ts";
import { refuseSecondValues } from "./commands/tree/single-values.ts";
import { CnbError } from "./errors.ts";
import { exitCodeOf, renderError } from "./terminal/render-error.ts";
import { watchStandardStreams } from "./terminal/standard-streams.ts";
import { terminalReporter } from "./terminal/terminal-reporter.ts";
import { usageError } from "./terminal/usage-error.ts";
import { packageVersion } from "./version.ts";

/**
 * Runs the `cnb` command and returns its exit code. Prints the error of a failed command, and
 * aborts the command on Ctrl-C and SIGTERM.
 *
 * @example `process.exitCode = await main(["build", "oci:app", "--path", ".", "--builder",
 * "oci:builder"])`
 */
export async function main(argv: readonly string[]): Promise<number> {
  const streams = watchStandardStreams();
  // With an umask such as 0777 an ordinary user could not use directories that were just made.
  process.umask(process.umask(0o022) & 0o077);
  const exitCode = await execute(argv);
  const failure = await streams.failure();
  if (failure === undefined || exitCode !== 0) return exitCode;
  // A closed pipe needs no message, but the result was not delivered.
  if (failure.code !== "EPIPE") process.stderr.write(renderError(resultLost(failure)));
  return 1;
}

const resultLost = (cause: Error): CnbError =>
  new CnbError("OUTPUT_UNWRITABLE", "cannot write the result to the standard output", {
    cause,
    hint: "Check the disk or device to which the standard output is redirected.",
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

/** The code of all errors with which `--timeout` ends a command. */
const timedOutCode = 124;

function timedOut(error: unknown, program: Command): number {
  printError(error, program);
  return endNow(timedOutCode);
}

/** Ends the command even if aborted work is still running. The next command cleans up the cache. */
function endNow(exitCode: number): number {
  setTimeout(() => process.exit(exitCode), 100).unref();
  return exitCode;
}

/** Cleans up the cache. A command that worked without a cache does not fail here. */
async function tidyCache(): Promise<void> {
  const { tidy } = await import("./cache/tidy.ts");
  await tidy(process.env).catch(() => {});
}

/** Matches the commands that write to the cache. */
const fillsCache = /^(build|run|dev|(buildpack|extension) package|(builder|base) create)$/;

const wordsOf = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

/** Matches the commands that read no setting of cnb, and `cnb config`, which also works if the file is broken. */
const needsNoCache = /^(config|schema|completion)\b/;

/** Sets the variables of the cache from the configuration file, so that processes of `cnb` have them, too. */
async function configureCache(words: string): Promise<void> {
  if (needsNoCache.test(words)) return;
  const { cacheVariables } = await import("./config/settings/cache-variables.ts");
  Object.assign(process.env, await cacheVariables(process.env));
}

async function prepareCache(words: string): Promise<void> {
  if (!fillsCache.test(words)) return;
  const { prepare } = await import("./cache/tidy.ts");
  await prepare(process.env, words);
}

/** True if help was already printed, on request or because no command was named. */
const isHelp = ({ code, exitCode }: CommanderError): boolean => exitCode === 0 || code === "commander.help";

/** Recognizes `cnb --version`, because Commander would also use a command's `--version X.Y.Z`. */
function asksForVersion(argv: readonly string[]): boolean {
  const command = argv.findIndex((argument) => !argument.startsWith("-"));
  return argv.slice(0, command < 0 ? argv.length : command).some((each) => each === "--version" || each === "-V");
}

const help = new Help();
const visibleOptions = (command: Command): Option[] => help.visibleOptions(command);

/** Omits the empty default of repeatable options from help. */
function withoutEmptyDefault(option: Option): Option {
  const value: unknown = option.defaultValue;
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return empty ? new Option(option.flags, option.description) : option;
}

const versionOption = new Option("-V, --version", "output the version number");

/**
 * Creates the command `cnb` with the subcommand that the arguments name, or with all subcommands if
 * there are no arguments.
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
    .option("--no-color", "print without colors (also: environment variable NO_COLOR)")
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
  program.hook("preAction", async (_, command) => {
    await configureCache(wordsOf(command));
    await prepareCache(wordsOf(command));
  });
  provideContext(program, () => ({
    reporter: terminalReporter(process.stderr, program.opts()),
    env: process.env,
    stdout: process.stdout,
    signal: signals.signal,
    cwd: process.cwd(),
  }));
  return { program, signals };
}

/**
 * Makes Commander throw instead of exiting, and refuse a second value of an option. Both have to be
 * set per command.
 */
function inheritSettings(command: Command, words: string): void {
  refuseSecondValues(command);
  command.addHelpText("after", helpEnd(words)).exitOverride((error) => {
    throw isHelp(error) ? error : usageError(error, command.registeredArguments);
  });
  for (const child of command.commands) inheritSettings(child, `${words} ${child.name()}`);
}

/** Milliseconds for a command to end by itself, and to remove containers and partial files. */
const endWithinMs = 1500;

let isNamed = false;

/** Prints which signal ended the command, once, and returns the exit code that shells expect. */
function stoppedBy(signal: NodeJS.Signals): number {
  if (!isNamed) process.stderr.write(`Stopped by ${signal}\n`);
  isNamed = true;
  return signal === "SIGINT" ? 130 : 143;
}

/**
 * Ends the command after a while even if an operation ignores the signal. The state is then as
 * after a kill: sandboxes end with cnb, and the next command cleans up. An app of `cnb run`
 * receives the signals itself, and has its own timeout.
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
    controller.abort(new Error(`cnb was stopped by ${signal}`));
  }
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return state;
}
