/** The command that a shell did not find. */
export function unknownCommand(output: string): string | undefined {
  const [, ...names] =
    /(?:^|\n)(?:\/\S*\/)?(?:sh|bash|dash|ash)?(?:: (?:line )?\d+)?(?:: )?([\w@./-]+): (?:command )?not found|command not found: ([\w@./-]+)/.exec(
      output,
    ) ?? [];
  return names.find((name) => name !== undefined);
}

/** The package that has a command, where the two are not called alike. */
export const packageWith = (command: string): string => owners[command] ?? command;

const owners: Readonly<Record<string, string>> = {
  tsc: "typescript",
  ng: "@angular/cli",
  nest: "@nestjs/cli",
  "vue-cli-service": "@vue/cli-service",
  nuxi: "nuxt",
  remix: "@remix-run/dev",
  "react-router": "@react-router/dev",
  "svelte-kit": "@sveltejs/kit",
  webpack: "webpack-cli",
  babel: "@babel/cli",
  swc: "@swc/cli",
  "run-s": "npm-run-all",
  "run-p": "npm-run-all",
  tailwindcss: "@tailwindcss/cli",
};
