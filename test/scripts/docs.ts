/** `npm run docs`: writes the generated pages. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsPage } from "./generated-docs.ts";

writeFileSync(join(import.meta.dirname, "../../docs/errors.md"), errorsPage());
