import { constants as files } from "../fs/constants.ts";
import { constants } from "../os/constants.ts";

/** `node:constants`, which older packages use. */
export default { ...files, ...constants.errno, ...constants.signals };
