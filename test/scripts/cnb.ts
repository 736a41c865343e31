/** Runs the command `cnb` from its sources: `node test/scripts/run.mjs test/scripts/cnb.ts inventory check`. */
import { main } from "../../builder-packager/src/cli.ts";

const exitCode = await main(process.argv.slice(2));
process.exitCode ||= exitCode;
