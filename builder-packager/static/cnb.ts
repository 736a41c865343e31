import { main } from "../src/cli.ts";

/**
 * The static program `cnb`. It ends when the command has ended: idle connections to registries would
 * keep it alive.
 */
process.exit(await main(process.argv.slice(2)));
