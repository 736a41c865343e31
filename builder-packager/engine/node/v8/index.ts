import { deserialize } from "./deserialize.ts";
import { serialize } from "./serialize.ts";

export { deserialize } from "./deserialize.ts";
export { serialize } from "./serialize.ts";

export default { deserialize, serialize };
