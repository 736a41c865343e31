import { licenses } from "./project/license.ts";
import { templateNames, templates } from "./project/template.ts";

/** What `--help` prints. */
export const help = `Usage: npm create buildpack [folder] [-- flags]

Starts a Cloud Native Buildpack in TypeScript. Asks for what is not said, if it runs in a terminal.

Templates:
${templateNames.map((name) => `  ${name.padEnd(11)} ${templates[name].summary}`).join("\n")}

Flags:
  -t, --template NAME      what to start from (default: minimal)
  --id ID                  id in buildpack.toml (default: the folder's name)
  --name TEXT              display name (default: derived from the id)
  --version X.Y.Z          its version (default: 0.1.0); alone: the version of create-buildpack
  --api VERSION            Buildpack API (default: 0.10)
  --target OS/ARCH         platform, may be repeated (default: linux/amd64 and linux/arm64)
  --license SPDX-ID        ${licenses.join(", ")} (default: MIT)
  --description TEXT       one-line description
  --author TEXT            NAME <MAIL> (default: Git's user)
  --git, --no-git          create a Git repository (default: unless the directory is inside one)
  --install, --no-install  run npm install (default: no)
  -f, --force              overwrite existing files
  -y, --yes                use the defaults without asking
  -o, --output FORMAT      text or json
`;
