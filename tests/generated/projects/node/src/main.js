require("http")
  .createServer((request, response) => response.end(`node ${process.getuid()}`))
  .listen(process.env.PORT || 8080);
