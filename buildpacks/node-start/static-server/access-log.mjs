/** Returns a handler that prints a line for each request after its response was sent. */
export const logged = (handler) => (request, response) => {
  const start = performance.now();
  response.on("close", () => {
    const time = (performance.now() - start).toFixed(1);
    console.log(`${request.method} ${JSON.stringify(request.url).slice(1, -1)} ${response.statusCode} ${time} ms`);
  });
  handler(request, response);
};
