/** A command, with the properties that shell completion needs. */
export interface CompletedCommand {
  /**
   * The words that call the command, for example `builder create`; empty for the program itself.
   */
  readonly words: string;
  /** The subcommands with their descriptions. */
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

/** An option of a command, with the properties that shell completion needs. */
export interface CompletedOption {
  /** All names of the option with their dashes: `-o`, `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** The allowed values; empty if any value is allowed. Undefined for an option without a value. */
  readonly choices: readonly string[] | undefined;
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/**
 * Creates the script with which a shell completes the commands of `cnb`, their options and the
 * values of options. Other words are completed as paths.
 *
 * @example `completionScript("fish", commands)`
 */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](commands);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Shell code that sets `command` to the words of the command line that name a command. Options before
 * and between these words do not count.
 */
function findCommand(words: string, commands: readonly CompletedCommand[]): string {
  const known = commands.filter((each) => each.words !== "").map((each) => quoted(` ${each.words}`));
  return `  local command="" word
  for word in ${words}; do
    case $word in
      -*) ;;
      *) case "$command $word" in
        ${known.join("|")}) command="$command $word" ;;
        *) break ;;
      esac ;;
    esac
  done
  command=\${command# }`;
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ words, commands: below, options }) => {
    const names = options.flatMap((option) => option.names).join(" ");
    const values = options
      .filter(({ choices }) => choices !== undefined)
      .map((option) => `        ${option.names.join("|")}) candidates=${quoted((option.choices ?? []).join(" "))} ;;`);
    const start = below.map(({ name }) => name).join(" ");
    return [
      `    ${quoted(words)})`,
      "      case $previous in",
      ...values,
      `        *) case $current in -*) candidates=${quoted(names)} ;; *) candidates=${quoted(start)} ;; esac ;;`,
      "      esac ;;",
    ].join("\n");
  });
  return `# bash completion for cnb: eval "$(cnb completion bash)"
_cnb() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} candidates=""
${findCommand(`"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`, commands)}
  case $command in
${cases.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$current")
}
complete -o bashdefault -o default -F _cnb cnb
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const described = (name: string, description: string) => quoted(`${name.replaceAll(":", "\\:")}:${description}`);
  const cases = commands.map(({ words, commands: below, options }) => {
    const values = options
      .filter(({ choices }) => choices !== undefined)
      .map(({ names, choices = [] }) =>
        choices.length === 0
          ? `        ${names.join("|")}) _files; return ;;`
          : `        ${names.join("|")}) compadd -- ${choices.map(quoted).join(" ")}; return ;;`,
      );
    const flags = options.flatMap(({ names, description }) => names.map((name) => described(name, description)));
    return [
      `    ${quoted(words)})`,
      "      case $words[CURRENT-1] in",
      ...values,
      "      esac",
      `      flags=(${flags.join(" ")})`,
      `      commands=(${below.map(({ name, description }) => described(name, description)).join(" ")}) ;;`,
    ].join("\n");
  });
  return `#compdef cnb
# zsh completion for cnb: eval "$(cnb completion zsh)"
_cnb() {
  local -a flags commands
${findCommand(`"\${(@)words[2,CURRENT-1]}"`, commands)}
  case $command in
${cases.join("\n")}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe option flags
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
compdef _cnb cnb
`;
}

/** Without choices, a value is completed as a path. */
function fishValues(choices: readonly string[] | undefined): readonly string[] {
  if (choices === undefined) return [];
  return choices.length === 0 ? ["-r -F"] : [`-x -a ${quoted(choices.join(" "))}`];
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const known = commands.flatMap(({ words }) => (words === "" ? [] : [quoted(words)])).join(" ");
  const lines = commands.flatMap(({ words, commands: below, options }) => {
    const at = `complete -c cnb -n ${quoted(`test (__cnb_command) = "${words}"`)}`;
    return [
      ...below.map(({ name, description }) => `${at} -f -a ${name} -d ${quoted(description)}`),
      ...options.map(({ names, description, choices }) =>
        [
          at,
          ...names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
          ...fishValues(choices),
          `-d ${quoted(description)}`,
        ].join(" "),
      ),
    ];
  });
  return `# fish completion for cnb: cnb completion fish | source
function __cnb_command
  set -l command
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and continue
    set -l longer (string trim "$command $word")
    contains -- "$longer" ${known}; or break
    set command "$longer"
  end
  echo "$command"
end
${lines.join("\n")}
`;
}
