/** Writes a line for each request, when it is answered. */
export const logged = (handler) => (request, response) => {
  const start = performance.now();
  response.on("close", () => {
    const time = (performance.now() - start).toFixed(1);
    console.log(`${request.method} ${JSON.stringify(request.url).slice(1, -1)} ${response.statusCode} ${time} ms`);
  });
  handler(request, response);
};
