import { URL } from "./url/class.ts";
import { fileURLToPath, pathToFileURL } from "./url/files.ts";
import { domainToASCII, format, urlToHttpOptions } from "./url/format.ts";
import { URLSearchParams } from "./url/search-params.ts";

export { URL } from "./url/class.ts";
export { fileURLToPath, pathToFileURL } from "./url/files.ts";
export { domainToASCII, format, urlToHttpOptions } from "./url/format.ts";
export { URLSearchParams } from "./url/search-params.ts";

export default { URL, URLSearchParams, domainToASCII, fileURLToPath, format, pathToFileURL, urlToHttpOptions };
