/** The pattern of usage text that tools print after a failure. */
export const usage =
  /\n(?:To fix this you could try to:|Note: This error originates from the build backend|If you do not want to install the current project|(?: *\| )?Solutions:)[\s\S]*/;

/**
 * The patterns of lines without information: progress, hints about the tool itself, the path of a
 * temporary log, stacks of the tool's code.
 */
export const noise =
  /^\s*(?:│\s*)?(?:(?:File )?"?\/layers\/\S+", ?line|File "\/layers\/|File ?$|line \d+, in |\^+\s*$|note: This (?:error|is) )|^ *\|\s*$|Courtesy Notice|Pipenv found itself running|PIPENV_|automatically use that environment|^create {2}its own|^project\. You can set|pipenv (?:shell|run)\b|Add '-v' to see|detailed debug log|PDM_IGNORE_ACTIVE_VENV|finished with status 'done'|: started$|^\[\w+\]: {3}|You can also run your poetry command|Build failures usually indicate|\[end of output\]|ResolutionImpossible: for help visit/;

/**
 * True if the log shows a line of pip's output. pip names each file twice, when it collects the
 * file and when it downloads it.
 */
export const isShownOfPip = (line: string): boolean =>
  !/^\s+(?:Downloading \S+ \(|Using cached \S+ \()|^\s*$/.test(line);
