import type { BuildResult } from "../../build.ts";
import type { LayerFiles } from "../../env/compose.ts";
import { commandLine } from "../../host/tools/command-line.ts";

const scopes: Readonly<Record<string, string>> = {
  env: "build and launch",
  "env.build": "build",
  "env.launch": "launch",
};

/** Describes a layer's changes to the environment of later buildpacks and processes, one line each. */
export function layerEffects({ name, files }: Pick<LayerFiles, "name" | "files">): readonly string[] {
  return Object.entries(files).flatMap(([file, value]) => {
    const [, scope = "", type, variable = "", action] =
      /^(env(?:\.build|\.launch)?)\/(?:([^/]+)\/)?([^/.]+)\.(override|default|append|prepend)$/.exec(file) ?? [];
    if (action === undefined) return [];
    const where = type === undefined ? scopes[scope] : `${scopes[scope]} of ${type}`;
    return [`Layer ${name}, for ${where}: ${action} ${shown(variable, String(value))}`];
  });
}

/** Describes the processes that a build defines, one line each. */
export function processLines({ processes = {} }: BuildResult): readonly string[] {
  return Object.entries(processes).map(
    ([
      type,
      {
        command: [tool, ...always],
        args = [],
        default: isDefault,
      },
    ]) => {
      const name = isDefault ? `${type} (default)` : type;
      return `Process ${name}: ${commandLine({ tool, args: [...always, ...args] })}`;
    },
  );
}

// what a later buildpack needs to log in somewhere is for it alone
const secretName = /token|secret|passw(or)?d|passphrase|credential|(^|_)key($|_)/i;

const shown = (variable: string, value: string): string =>
  secretName.test(variable) ? `${variable}=***` : commandLine({ tool: `${variable}=${value}`, args: [] });
