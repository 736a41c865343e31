import { buildStaticProgram } from "../support/static-program.ts";
import setup from "./global-setup.ts";

/** Before the end-to-end tests of the static program: also create the program. */
export default async function setupStatic(): Promise<void> {
  await setup();
  await buildStaticProgram();
}
