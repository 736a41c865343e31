/** How many generated cases a test tries: few in `npm test`, as many as its subject deserves in `npm run test:all`. */
export const runs = (few: number, many: number): number => (process.env.LIBCNB_TEST_ALL === "1" ? many : few);
