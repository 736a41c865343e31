import { licenses } from "./project/license.ts";
import { templateNames, templates } from "./project/template.ts";

/** The text that `--help` prints. */
export const help = `Usage: npm create buildpack [directory] [-- flags]

Creates a project for a Cloud Native Buildpack in TypeScript. In a terminal, it asks for each missing setting.

Templates:
${templateNames.map((name) => `  ${name.padEnd(11)} ${templates[name].summary}`).join("\n")}

Flags:
  -t, --template NAME      template of the project (default: minimal)
  --id ID                  id in buildpack.toml (default: the name of the directory)
  --name TEXT              display name (default: derived from the id)
  --version X.Y.Z          the buildpack's version (default: 0.1.0); without a value: print create-buildpack's version
  --api VERSION            Buildpack API (default: 0.10)
  --target OS/ARCH         platform, may be repeated (default: linux/amd64 and linux/arm64)
  --license SPDX-ID        ${licenses.join(", ")} (default: MIT)
  --description TEXT       one-line description
  --author TEXT            NAME <MAIL> (default: Git's user)
  --registry URL           npm registry of the project, written into .npmrc (default: npm's configuration)
  --packages DIR           directory with the npm packages of libcnb.ts as files, copied into vendor
  --git, --no-git          create a Git repository (default: yes, unless the directory is inside one)
  --install, --no-install  run npm install (default: no)
  -f, --force              overwrite existing files
  -y, --yes                use the defaults without asking
  -o, --output FORMAT      text or json
`;
