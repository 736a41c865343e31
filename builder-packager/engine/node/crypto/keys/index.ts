export { createPublicKey } from "./create-public-key.ts";
export { verify } from "./verify.ts";
